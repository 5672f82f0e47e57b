"""The commands of `rolegraph`, each a function of its arguments and the settings.

Each imports what it needs when it runs: with all of it, `--help` takes seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING

from cli import audit
from cli.connection import database_of, download_bar, say, with_database
from cli.places import ROOT, SEED
from cli.service import only_one, run_service
from graph.settings import Settings

if TYPE_CHECKING:
    from graph.database.session import Database
    from loaders.doctor import Finding
    from loaders.report import Report


def _list_sources() -> None:
    """What can be loaded, from whom, under which licence."""
    from loaders.sources import REGISTERS

    for source in REGISTERS:
        print(f"{source.name}\n  {source.title}\n  gives    {source.gives}")
        if source.read_part:
            print(
                "  takes    what belongs to health and care, and what that needs; --all: everything"
            )
        print(f"  licence  {source.licence}\n  credit   {source.credit}")
        for shape in source.files:
            may = "" if shape.needed else " (may be missing)"
            print(f"  file     {shape.pattern}, also .gz: {shape.holds}{may}")
        print(f"  default  $ROLEGRAPH_DATA/{source.folder}")


def up(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Everything: database, seed, service."""
    import server

    with only_one(settings) as url:
        if url:
            print(f"Rolegraph is already running: {url}")
            return
        with server.listen(settings) as on, database_of(settings) as address:
            say("Loading the seed ...")
            report = with_database(address, _load)
            audit.record(settings, ["load", "seed", "(by up)"], 0)
            say("\n".join(f"  {line}" for line in report.lines()))
            run_service(settings, address, on)


def serve(_arguments: argparse.Namespace, settings: Settings) -> None:
    """The service alone, over what is loaded."""
    import server
    from graph.schema import MODEL
    from loaders.preparation import prepare

    with only_one(settings) as url:
        if url:
            print(f"Rolegraph is already running: {url}")
            return
        with server.listen(settings) as on, database_of(settings) as address:
            with_database(address, lambda database: prepare(database, MODEL))
            if settings.neo4j and with_database(address, lambda database: database.may_write()):
                say(
                    f"The user {address.username} may write; the service only reads."
                    " docs/operate.md tells how to give it a user that may not."
                )
            run_service(settings, address, on)


def db(arguments: argparse.Namespace, settings: Settings) -> int:
    """Start, stop or show the embedded database."""
    from graph.database.embedded import embedded

    database = embedded(settings)
    if arguments.action == "path":
        print(database.home)
    elif arguments.action == "start":
        from graph.database.lifecycle import ready

        with download_bar() as progress:
            address = database.start(owned=False, ready=ready, progress=progress)
        print(f"Neo4j answers at {address.uri}; its password is in {database.home / 'password'}.")
    elif arguments.action == "stop":
        print(
            "Neo4j has stopped; its data is kept." if database.stop() else "No Neo4j was running."
        )
    else:
        running = database.status()
        print(
            f"Neo4j runs as process {running.pid} on port {running.port}."
            if running
            else "No Neo4j is running."
        )
        return 0 if running else 3
    return 0


def look(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what is well and what is not; 1 where something is not."""
    from graph.database.embedded import embedded
    from loaders import doctor

    findings = list(doctor.on_this_machine(settings))
    running = None if settings.neo4j else embedded(settings).status()
    address = settings.neo4j or (running and embedded(settings).address(running))
    if address:
        findings += with_database(address, _database_findings)
    else:
        remedy = "Run `rolegraph up`, or `rolegraph db start`; then ask again."
        findings.append(doctor.Finding("database", "No Neo4j is running.", remedy))
    for finding in findings:
        print(finding)
    return 1 if any(finding.remedy for finding in findings) else 0


async def _database_findings(database: Database) -> list[Finding]:
    from loaders import doctor

    return [finding async for finding in doctor.in_the_database(database)]


def load_source(arguments: argparse.Namespace, settings: Settings) -> int:
    """Load a source and report what was done."""
    if arguments.list or not arguments.source:
        _list_sources()
        return 0 if arguments.list else 2
    import server
    from cli import loading
    from graph.database.embedded import embedded
    from graph.database.services import others

    if settings.neo4j is None:
        for other in others(settings):
            print(
                f"A service at {other.url} shows another graph, in {other.home}. To load into"
                " that one, set ROLEGRAPH_HOME to it.",
                file=sys.stderr,
            )
        embedded(settings).require_room()
    stays = settings.neo4j is not None or embedded(settings).status() is not None
    if arguments.source.endswith(".jsonl"):
        with database_of(settings) as address:
            with_database(
                address, lambda database: loading.run_import(database, Path(arguments.source))
            )
            if stays:
                with_database(address, lambda database: server.warm(settings, database))
        return 0
    loading.rules_of(arguments)
    dataset = loading.open_dataset(arguments, settings)
    with database_of(settings) as address:
        report = with_database(
            address, lambda database: loading.run_load(database, dataset, arguments, settings)
        )
        print("\n".join(report.lines(examples=arguments.dry_run)), flush=True)
        if report.stops:
            return 2
        if stays and report.outdates_plans:
            with_database(address, lambda database: server.warm(settings, database))
    return 0


def check_source(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check a source without a database."""
    if not arguments.source:
        _list_sources()
        return 2
    from cli import loading

    return loading.check_source(arguments, settings)


def token(arguments: argparse.Namespace, settings: Settings) -> None:
    """Add, list or remove tokens."""
    from cli import administration

    administration.tokens(arguments, settings)


def loads(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Show the history of loads."""
    from cli import loading

    with database_of(settings) as address:
        with_database(address, loading.show_loads)


def verify(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Compare the graph with what was loaded."""
    from cli import loading

    with database_of(settings) as address:
        return with_database(address, loading.run_verify)


def matches(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Propose matches for a curator to accept."""
    from cli import loading

    with database_of(settings) as address:
        with_database(address, loading.show_matches)


def export(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the graph to files."""
    from cli import loading
    from graph.errors import SettingsError

    if arguments.format in ("ttl", "jsonld"):
        import server

        if not arguments.base.startswith(("http://", "https://")):
            raise SettingsError(
                "RDF names things by the address that the service has, and --base says none.",
                "Give it, as in `--base https://roles.example.org`.",
            )
        with database_of(settings) as address:
            root = arguments.base.rstrip("/")
            with_database(
                address,
                lambda database: server.export_rdf(
                    settings, database, arguments.folder, arguments.format, root
                ),
            )
        return
    with database_of(settings) as address:
        with_database(
            address,
            lambda database: loading.run_export(database, arguments.folder, arguments.format),
        )


def backup(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write a backup."""
    from cli import administration

    with database_of(settings) as address:
        with_database(address, lambda database: administration.run_backup(database, arguments.file))


def restore(arguments: argparse.Namespace, settings: Settings) -> None:
    """Put a backup into an empty database."""
    from cli import administration
    from graph.database.embedded import embedded

    if settings.neo4j is None:
        embedded(settings).require_room()
    with database_of(settings) as address:
        with_database(
            address, lambda database: administration.run_restore(database, arguments.file)
        )


def explain(arguments: argparse.Namespace, settings: Settings) -> int:
    """Print the plan, the Cypher, its parameters, and what PROFILE says of it."""
    import orjson

    from graph.compiler.describe import describe
    from graph.compiler.document import DocumentErrors
    from graph.execution.plans import Plans
    from graph.mapping.derive import build_schema
    from graph.schema import MODEL

    plans = Plans(build_schema(MODEL), MODEL, settings.limits)
    try:
        text = arguments.file.read_text("utf-8")
        variables = orjson.loads(arguments.variables)
        prepared = plans.prepare(text, variables, arguments.operation)
    except (OSError, UnicodeDecodeError, orjson.JSONDecodeError) as error:
        print(f"The query or its variables cannot be read: {error}", file=sys.stderr)
        return 2
    except DocumentErrors as error:
        for problem in error.errors:
            print(f"{arguments.file}: {problem}", file=sys.stderr)
        return 2
    compiled = prepared.compiled
    parameters = prepared.bound.parameters
    print("Plan")
    print("\n".join(f"  {line}" for line in describe(compiled.plan)))
    print(f"\nCypher\n  {compiled.cypher or '(the database is not needed)'}\n\nParameters")
    print(
        "".join(f"  ${name} = {json.dumps(value)}\n" for name, value in parameters.items())
        or "  none\n"
    )
    if compiled.cypher:
        with database_of(settings) as address:
            profile = with_database(
                address, lambda database: database.profile(compiled.cypher, parameters)
            )
        print(f"PROFILE: {profile.db_hits} db hits, {profile.memory:,} bytes of memory")
        print(profile.operators)
    return 0


def schema(_arguments: argparse.Namespace, _settings: Settings) -> None:
    """Print the SDL."""
    from graphql import print_schema

    from graph.mapping.derive import build_schema
    from graph.schema import MODEL

    print(print_schema(build_schema(MODEL)))


def generate(_arguments: argparse.Namespace, _settings: Settings) -> None:
    """Write schema.graphql, the seed's JSON Schemas and the table in the docs."""
    from generate import generated

    for name, content in generated().items():
        file = ROOT / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text("utf-8") != content:
            file.write_text(content, "utf-8")
            print(f"wrote {name}")


def _load(database: Database) -> Awaitable[Report]:
    from cli import loading
    from graph.schema import MODEL
    from loaders.dataset import open_seed
    from loaders.load import Rules, load

    records = open_seed(SEED, MODEL)

    async def run() -> Report:
        with loading.shown("seed") as progress:
            return await load(
                database, MODEL, records, progress, rules=Rules(confirm=loading.confirm)
            )

    return run()
