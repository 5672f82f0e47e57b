"""The command `rolegraph`; what loads is in `loading`.

Each command imports what it needs when it runs: with all of it, `--help` takes seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import socket
import sys
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast

import audit
from graph.access import SCOPES
from graph.errors import RolegraphError
from graph.settings import Neo4jAddress, Settings
from loaders.problems import RetiresTooMuch, SourceRejected, UnreadableFile

if TYPE_CHECKING:
    from io import TextIOWrapper

    from graph.database.session import Database
    from loaders.doctor import Finding
    from loaders.report import Report

T = TypeVar("T")
ROOT = Path(__file__).parent
SEED = ROOT / "seed"
EXAMPLE = "{ roles(first: 3) { totalCount nodes { name professions { nodes { name } } } } }"


def main(command: Sequence[str] | None = None) -> int:
    """Run one command; every failure is a sentence and a status that is not 0."""
    arguments = _parser().parse_args(command)
    try:
        settings = Settings.from_environment()
    except RolegraphError as error:
        print(error, file=sys.stderr)
        return 1
    status = _run(arguments, settings)
    audit.record(settings, sys.argv[1:] if command is None else command, status)
    return status


def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Run the command; a failure is told, and its status given."""
    try:
        return int(arguments.run(arguments, settings) or 0)
    except SourceRejected as error:
        if not error.is_shown:
            for problem in error.problems:
                print(problem, file=sys.stderr)
        print(error, file=sys.stderr)
        return 2
    except (UnreadableFile, RetiresTooMuch) as error:
        print(error, file=sys.stderr)
        return 2
    except RolegraphError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def program() -> NoReturn:
    """The program `rolegraph`: a service ends without Python's tidying up, which took 22 s."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows fewer letters shows `\u201c` for one that it lacks.
        cast("TextIOWrapper", stream).reconfigure(errors="backslashreplace")
    status = main()
    if sys.argv[1:2] not in (["up"], ["serve"]):
        sys.exit(status)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "rolegraph", description="A knowledge graph of health and care roles."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., Any], text: str) -> argparse.ArgumentParser:
        subparser = commands.add_parser(name, help=text, description=text)
        subparser.set_defaults(run=run)
        return subparser

    command("up", up, "start the database, load the seed and serve, until Ctrl-C")
    command("serve", serve, "serve what the database holds, until Ctrl-C")
    database = command("db", db, "the embedded database")
    database.add_argument("action", choices=["start", "stop", "status", "path"])
    command("doctor", look, "look at all that the service needs, and say what to do")
    _add_source(
        command("load", load_source, "check a source and write it to the graph"), loads=True
    )
    _add_source(command("check", check_source, "check a source; nothing is written"), loads=False)
    command("loads", loads, "what has been loaded, the latest first")
    command("verify", verify, "compare the graph with what loads wrote")
    command(
        "matches", matches, "propose matches of the seed with registers, by equal names, as YAML"
    )
    _add_tokens(command("token", token, "the tokens that the service is asked with"))
    exported = command("export", export, "write the graph to files")
    exported.add_argument("folder", type=Path)
    exported.add_argument("--format", choices=["jsonl", "csv", "ttl", "jsonld"], default="jsonl")
    exported.add_argument(
        "--base", default="", help="for ttl and jsonld: where the service is, as https://HOST"
    )
    backed_up = command("backup", backup, "write all of the graph to one file, while it is read")
    backed_up.add_argument("file", type=Path, help="such as rolegraph.jsonl.gz")
    restored = command("restore", restore, "put a backup into an empty database")
    restored.add_argument("file", type=Path)
    explain_parser = command("explain", explain, "show how a query is compiled and run")
    explain_parser.add_argument("file", type=Path)
    explain_parser.add_argument("--variables", default="{}", help="a JSON object")
    explain_parser.add_argument("--operation", help="which operation of the file")
    command("schema", schema, "print the GraphQL schema")
    command("generate", generate, "write the files that follow from the declarations")
    return parser


def _add_tokens(parser: argparse.ArgumentParser) -> None:
    """What `token` takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    added = actions.add_parser("add", help="make a token, and show it this once")
    added.add_argument("name", help="whose it is, or what it is for; the log shows this name")
    scopes = ",".join(SCOPES)
    added.add_argument("--may", required=True, metavar=scopes, help="some of these, with commas")
    actions.add_parser("list", help="show names and scopes; nobody can see a token again")
    actions.add_parser("remove", help="have the service refuse a token").add_argument("name")


def _add_source(parser: argparse.ArgumentParser, *, loads: bool) -> None:
    """What `load` and `check` take."""
    from loaders.sources import REGISTERS

    names = ", ".join(source.name for source in REGISTERS)
    parser.add_argument(
        "source", nargs="?", help=f"seed, {names}; a mapping file (.yaml); an export (.jsonl)"
    )
    parser.add_argument("files", nargs="*", type=Path, help="files, or a folder with them")
    parser.add_argument(
        "--tolerate",
        metavar="N|N%",
        default="0",
        help="load the rest where at most so many records have a problem",
    )
    parser.add_argument(
        "--all", action="store_true", help="all of a source, not what belongs to health and care"
    )
    parser.add_argument("--rejected", type=Path, help="where to write all problems as CSV")
    if loads:
        parser.add_argument("--list", action="store_true", help="what can be loaded")
        parser.add_argument("--dry-run", action="store_true", help="show what a load would do")
        parser.add_argument(
            "--retire",
            metavar="N|N%",
            default="0",
            help="let so much be retired; asked for from 20 things and a tenth of the source on",
        )
        parser.add_argument(
            "--take-over",
            action="store_true",
            help="this mapping file is the source that has its name, moved and renamed",
        )
        parser.add_argument(
            "--full", action="store_true", help="compare also where these files were loaded last"
        )


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

    with _only_one(settings) as url:
        if url:
            print(f"Rolegraph is already running: {url}")
            return
        with server.listen(settings) as on, _database(settings) as address:
            _say("Loading the seed ...")
            report = _with_database(address, _load)
            audit.record(settings, ["load", "seed", "(by up)"], 0)
            _say("\n".join(f"  {line}" for line in report.lines()))
            _serve(settings, address, on)


def serve(_arguments: argparse.Namespace, settings: Settings) -> None:
    """The service alone, over what is loaded."""
    import server
    from graph.schema import MODEL
    from loaders.preparation import prepare

    with _only_one(settings) as url:
        if url:
            print(f"Rolegraph is already running: {url}")
            return
        with server.listen(settings) as on, _database(settings) as address:
            _with_database(address, lambda database: prepare(database, MODEL))
            if settings.neo4j and _with_database(address, lambda database: database.may_write()):
                _say(
                    f"The user {address.username} may write; the service only reads."
                    " docs/operate.md tells how to give it a user that may not."
                )
            _serve(settings, address, on)


def db(arguments: argparse.Namespace, settings: Settings) -> int:
    """Start, stop or show the embedded database."""
    from graph.database.embedded import embedded

    database = embedded(settings)
    if arguments.action == "path":
        print(database.home)
    elif arguments.action == "start":
        from graph.database.lifecycle import ready

        with _download_bar() as progress:
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
        findings += _with_database(address, _database_findings)
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
    import loading
    import server
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
        with _database(settings) as address:
            _with_database(
                address, lambda database: loading.run_import(database, Path(arguments.source))
            )
            if stays:
                _with_database(address, lambda database: server.warm(settings, database))
        return 0
    loading.rules_of(arguments)
    dataset = loading.open_dataset(arguments, settings)
    with _database(settings) as address:
        report = _with_database(
            address, lambda database: loading.run_load(database, dataset, arguments, settings)
        )
        print("\n".join(report.lines(examples=arguments.dry_run)), flush=True)
        if report.stops:
            return 2
        if stays and report.outdates_plans:
            _with_database(address, lambda database: server.warm(settings, database))
    return 0


def check_source(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check a source without a database."""
    if not arguments.source:
        _list_sources()
        return 2
    import loading

    return loading.check_source(arguments, settings)


def token(arguments: argparse.Namespace, settings: Settings) -> None:
    """Add, list or remove tokens."""
    import administration

    administration.tokens(arguments, settings)


def loads(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Show the history of loads."""
    import loading

    with _database(settings) as address:
        _with_database(address, loading.show_loads)


def verify(_arguments: argparse.Namespace, settings: Settings) -> int:
    """Compare the graph with what was loaded."""
    import loading

    with _database(settings) as address:
        return _with_database(address, loading.run_verify)


def matches(_arguments: argparse.Namespace, settings: Settings) -> None:
    """Propose matches for a curator to accept."""
    import loading

    with _database(settings) as address:
        _with_database(address, loading.show_matches)


def export(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write the graph to files."""
    import loading
    from graph.errors import SettingsError

    if arguments.format in ("ttl", "jsonld"):
        import server

        if not arguments.base.startswith(("http://", "https://")):
            raise SettingsError(
                "RDF names things by the address that the service has, and --base says none.",
                "Give it, as in `--base https://roles.example.org`.",
            )
        with _database(settings) as address:
            root = arguments.base.rstrip("/")
            _with_database(
                address,
                lambda database: server.export_rdf(
                    settings, database, arguments.folder, arguments.format, root
                ),
            )
        return
    with _database(settings) as address:
        _with_database(
            address,
            lambda database: loading.run_export(database, arguments.folder, arguments.format),
        )


def backup(arguments: argparse.Namespace, settings: Settings) -> None:
    """Write a backup."""
    import administration

    with _database(settings) as address:
        _with_database(
            address, lambda database: administration.run_backup(database, arguments.file)
        )


def restore(arguments: argparse.Namespace, settings: Settings) -> None:
    """Put a backup into an empty database."""
    import administration
    from graph.database.embedded import embedded

    if settings.neo4j is None:
        embedded(settings).require_room()
    with _database(settings) as address:
        _with_database(
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
        with _database(settings) as address:
            profile = _with_database(
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


def _serve(settings: Settings, address: Neo4jAddress, on: socket.socket) -> None:
    from graph.database.embedded import embedded
    from graph.database.lifecycle import Watch
    from graph.database.services import announced

    port = on.getsockname()[1]
    url = f"{'https' if settings.tls else 'http'}://{settings.host}:{port}"

    def announce() -> None:
        (settings.home / "service.url").write_text(url)
        _say(
            f"\nRolegraph answers at {url}\n"
            f"  GraphiQL, with example questions: {url}/graphql\n"
            f"  Try: curl -s {url}/graphql -H 'content-type: application/json'"
            f" -d '{json.dumps({'query': EXAMPLE})}'\n"
            "  Ctrl-C stops all of it."
        )

    with announced(settings, url):
        if settings.neo4j:
            _answer(settings, address, on, announce)
            return
        with Watch(embedded(settings)) as watch:
            _answer(settings, address, on, announce)
        watch.check()


def _answer(
    settings: Settings, address: Neo4jAddress, on: socket.socket, announce: Callable[[], None]
) -> None:
    """By this process, or by several that it looks after."""
    import server
    from graph.http.workers import Supervisor

    if settings.workers == 1:
        server.serve(address, settings, on, announce)
    else:
        serve_ = partial(server.serve, address)
        Supervisor(settings, serve_, on, announce, server.end_anyway_after).run()


@contextmanager
def _only_one(settings: Settings) -> Generator[str | None]:
    """None where no other service runs from this folder, else its address."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "service.lock").open("w") as lock:
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            known = settings.home / "service.url"
            yield known.read_text() if known.exists() else "it is starting"
            return
        (settings.home / "service.url").unlink(missing_ok=True)
        yield None


@contextmanager
def _database(settings: Settings) -> Generator[Neo4jAddress]:
    """The database to use, named, and its download shown."""
    from graph.database.embedded import embedded
    from graph.database.lifecycle import address_of

    if settings.neo4j:
        _say(f"Using the Neo4j at {settings.neo4j.uri}")
    else:
        starts = embedded(settings).status() is None
        _say(f"Using the graph in {settings.home}" + (": starting Neo4j ..." if starts else ""))
    with _download_bar() as progress, address_of(settings, progress) as address:
        yield address


@contextmanager
def _download_bar() -> Generator[Callable[[int, int], None]]:
    """Progress of a download: a bar on a terminal, else a line a quarter."""
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    out = Console(highlight=False, soft_wrap=True)

    bar = Progress(
        TextColumn("  Neo4j's jars"), BarColumn(), DownloadColumn(), console=out, transient=True
    )
    task = bar.add_task("jars", total=None)
    shown = 0

    def progress(done: int, total: int) -> None:
        nonlocal shown
        if out.is_terminal:
            bar.start()
            bar.update(task, completed=done, total=total)
            if done == total:
                bar.stop()
        elif done * 4 // total > shown:
            shown = done * 4 // total
            _say(f"  Neo4j's jars: {done // 1_000_000} of {total // 1_000_000} MB")

    try:
        yield progress
    finally:
        if bar.live.is_started:  # a bar that never was would leave an empty line
            bar.stop()


def _load(database: Database) -> Awaitable[Report]:
    import loading
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


def _with_database(address: Neo4jAddress, work: Callable[[Database], Awaitable[T]]) -> T:
    from graph.database.session import Database
    from graph.database.silence import unless_silent

    async def run() -> T:
        database = Database(address)
        try:
            return await unless_silent(database, work(database))
        finally:
            await database.close()

    return asyncio.run(run())


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    os.chdir(ROOT)
    program()
