"""The names and descriptions of the declarations that pages show, for translators."""

from collections.abc import Iterator
from typing import Any

from graphql import GraphQLEnumType, GraphQLSchema

from graph.mapping.derive import build_schema
from graph.mapping.labels import readable
from graph.pages.labels import texts_of
from graph.schema import MODEL

Message = tuple[int, str, str, list[str]]


def declared(*_file: Any, options: Any) -> Iterator[Message]:  # noqa: ARG001  Babel names it
    """Each text once, as an extractor of Babel gives it: line, function, text, comments."""
    texts = [*texts_of(MODEL), *_values(build_schema(MODEL))]
    for text in dict.fromkeys(filter(None, texts)):
        yield 1, "", text, []


def _values(schema: GraphQLSchema) -> Iterator[str]:
    """Members of enums, but for keys, which no page shows."""
    for name, type_ in schema.type_map.items():
        if isinstance(type_, GraphQLEnumType) and not name.endswith("Key"):
            yield from map(readable, type_.values)
