"""The commands for whoever operates a service: tokens, backups."""

import argparse
import sys
from pathlib import Path

from graph.database.session import Database
from graph.http.tokens import add_token, read_tokens, remove_token
from graph.schema import MODEL
from graph.settings import Settings
from loaders.backup import back_up
from loaders.backup import restore as put_back


def tokens(arguments: argparse.Namespace, settings: Settings) -> None:
    """Add, list or remove tokens."""
    file = settings.access.token_file
    if arguments.action == "list":
        for token in read_tokens(file):
            print(f"{token.name}  {','.join(token.may)}  added {token.added[:10]}")
        return
    if arguments.action == "remove":
        remove_token(file, arguments.name)
        print(f"The token {arguments.name} is removed; the service refuses it from now on.")
        return
    secret = add_token(file, arguments.name, arguments.may.split(","))
    print(f"The token of {arguments.name}. It is shown this once; {file} has only its hash:",
          file=sys.stderr)  # fmt: skip
    print(secret)
    if settings.access.auth != "token":
        print("Set ROLEGRAPH_AUTH=token for the service, so that it asks for one.", file=sys.stderr)


async def run_backup(database: Database, file: Path) -> None:
    """Write a backup."""
    backup = await back_up(database, file)
    print(
        f"Wrote version {backup.version} of the data to {file}: {backup.lines:,} lines,"
        f" {file.stat().st_size:,} bytes.\nIts digest is {backup.digest}."
    )


async def run_restore(database: Database, file: Path) -> None:
    """Put a backup into an empty database."""
    backup = await put_back(database, MODEL, file)
    print(
        f"Version {backup.version} of the data is back: {backup.lines:,} lines.\n"
        f"Its digest is that of the backup, {backup.digest}."
    )
