"""The program `rolegraph`: what its command line may say, and what its commands fail with."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

from cli import audit, commands
from graph.access import SCOPES
from graph.errors import RolegraphError
from graph.settings import Settings
from loaders.problems import RetiresTooMuch, SourceRejected, UnreadableFile

if TYPE_CHECKING:
    from io import TextIOWrapper


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
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Callable[..., Any], text: str) -> argparse.ArgumentParser:
        subparser = subparsers.add_parser(name, help=text, description=text)
        subparser.set_defaults(run=run)
        return subparser

    command("up", commands.up, "start the database, load the seed and serve, until Ctrl-C")
    command("serve", commands.serve, "serve what the database holds, until Ctrl-C")
    database = command("db", commands.db, "the embedded database")
    database.add_argument("action", choices=["start", "stop", "status", "path"])
    command("doctor", commands.look, "look at all that the service needs, and say what to do")
    _add_source(
        command("load", commands.load_source, "check a source and write it to the graph"),
        loads=True,
    )
    _add_source(
        command("check", commands.check_source, "check a source; nothing is written"), loads=False
    )
    command("loads", commands.loads, "what has been loaded, the latest first")
    command("verify", commands.verify, "compare the graph with what loads wrote")
    command(
        "matches",
        commands.matches,
        "propose matches of the seed with registers, by equal names, as YAML",
    )
    _add_tokens(command("token", commands.token, "the tokens that the service is asked with"))
    exported = command("export", commands.export, "write the graph to files")
    exported.add_argument("folder", type=Path)
    exported.add_argument("--format", choices=["jsonl", "csv", "ttl", "jsonld"], default="jsonl")
    exported.add_argument(
        "--base", default="", help="for ttl and jsonld: where the service is, as https://HOST"
    )
    backed_up = command(
        "backup", commands.backup, "write all of the graph to one file, while it is read"
    )
    backed_up.add_argument("file", type=Path, help="such as rolegraph.jsonl.gz")
    restored = command("restore", commands.restore, "put a backup into an empty database")
    restored.add_argument("file", type=Path)
    explain_parser = command("explain", commands.explain, "show how a query is compiled and run")
    explain_parser.add_argument("file", type=Path)
    explain_parser.add_argument("--variables", default="{}", help="a JSON object")
    explain_parser.add_argument("--operation", help="which operation of the file")
    command("schema", commands.schema, "print the GraphQL schema")
    command("generate", commands.generate, "write the files that follow from the declarations")
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
