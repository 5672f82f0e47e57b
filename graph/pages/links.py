"""Where things, lists and questions have their addresses."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from graphql import parse, print_ast

from graph.mapping.model import GraphModel

_WEB = re.compile(r"https?://[^\s\"'<>]+$", re.IGNORECASE)


class Links:
    """The addresses of one graph; `root` is the path that a proxy serves it under."""

    def __init__(self, model: GraphModel, root: str = "") -> None:
        self.root = root
        self._plural = {kind.name: kind.plural for kind in model.types}

    def to(self, path: str, /, **parameters: object) -> str:
        """The address of a page, with its parameters that are not empty."""
        if not parameters:
            return f"{self.root}{path}"
        values = {name: value for name, value in parameters.items() if value not in ("", None, ())}
        query = urlencode(values, doseq=True, quote_via=quote)
        return f"{self.root}{path}{f'?{query}' if query else ''}"

    def thing(self, kind: str, slug: str, ending: str = "", **parameters: object) -> str:
        """The address of one thing."""
        return self.to(f"/{self._plural[kind]}/{quote(slug, safe='')}{ending}", **parameters)

    def node(self, node: Mapping[str, Any]) -> str:
        """The address of a node of an answer that says its `__typename` and slug."""
        return self.thing(node["__typename"], node["slug"])

    def list(self, kind: str, **parameters: object) -> str:
        """The address of all things of a type."""
        return self.to(f"/{self._plural[kind]}", **parameters)

    def question(self, text: str, variables: str) -> str:
        """The address that opens a question in GraphiQL; the fragment never reaches a server."""
        parameters = {"query": _tidy(text)} | (
            {"variables": variables} if variables != "{}" else {}
        )
        return f"{self.root}/graphql#{urlencode(parameters, quote_via=quote)}"


def is_web(text: str) -> bool:
    """Whether a text of the data is an address that may be followed: http and https alone."""
    return bool(_WEB.match(text))


@lru_cache(512)
def _tidy(text: str) -> str:
    return print_ast(parse(text))
