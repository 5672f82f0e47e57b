"""What declared names are called on pages: as the declarations say, through the catalogue."""

from collections.abc import Iterator
from enum import Enum

from graph.mapping import labels
from graph.mapping.model import End, GraphModel, NodeType, Property
from graph.pages.words import _


def readable(name: str) -> str:
    """A name as words, the first with a capital letter."""
    return described(labels.readable(name))


def type_label(kind: NodeType) -> str:
    """What one of a type is called."""
    return _(labels.type_label(kind))


def list_label(kind: NodeType) -> str:
    """What many of a type are called."""
    return _(labels.list_label(kind))


def property_label(prop: Property) -> str:
    """What a property is called."""
    return _(labels.property_label(prop))


def end_label(end: End) -> str:
    """What a relationship is called where one of its ends is looked at."""
    return _(labels.end_label(end))


def value_label(enum: type[Enum], member: str) -> str:
    """What a member of a declared enum is called."""
    return _(labels.value_label(enum, member))


def described(text: str) -> str:
    """A declared description; the catalogue has something else under no text."""
    return _(text) if text else ""


def summary(kind: NodeType) -> str:
    """What a type is, in a sentence."""
    return described(kind.description.split("\n")[0])


def texts_of(model: GraphModel) -> Iterator[str]:
    """All that the functions above give of a model, in English."""
    for kind in model.types:
        yield from (labels.type_label(kind), labels.list_label(kind))
        yield kind.description.split("\n")[0]
        for end in model.ends(kind.name):
            yield from (labels.end_label(end), end.description)
        yield from _of_properties(kind.properties)
    for relationship in model.relationships:
        yield from _of_properties(relationship.edge.properties)


def _of_properties(properties: tuple[Property, ...]) -> Iterator[str]:
    for prop in properties:
        yield from (labels.property_label(prop), prop.description)
        if prop.enum:
            for member in prop.enum:
                yield from (labels.value_label(prop.enum, member.name), str(member.value))
