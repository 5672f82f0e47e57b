"""The commands for whoever operates a service: tokens."""

import argparse
import sys

from graph.http.tokens import add_token, read_tokens, remove_token
from graph.settings import Settings


def tokens(given: argparse.Namespace, settings: Settings) -> None:
    """Add, list or remove tokens."""
    file = settings.access.token_file
    if given.action == "list":
        for token in read_tokens(file):
            print(f"{token.name}  {','.join(token.may)}  added {token.added[:10]}")
        return
    if given.action == "remove":
        remove_token(file, given.name)
        print(f"The token {given.name} is removed; the service refuses it from now on.")
        return
    secret = add_token(file, given.name, given.may.split(","))
    print(f"The token of {given.name}. It is shown this once; {file} has only its hash:",
          file=sys.stderr)  # fmt: skip
    print(secret)
    if settings.access.auth != "token":
        print("Set ROLEGRAPH_AUTH=token for the service, so that it asks for one.", file=sys.stderr)
