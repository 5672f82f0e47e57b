"""Hand-written Cypher against the model: labels, relationship types and properties that it names.

Gives what a declaration does not know, and what cannot be Cypher. Whether a text runs,
only the database says: every statement of the golden cases is explained there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph.mapping import fragment
from graph.mapping.model import GraphModel
from graph.mapping.storage import (
    BOOKKEEPING,
    BOOKKEEPING_RELATIONSHIPS,
    CURATED,
    FOLDED,
)

Text = tuple[str, str]
"""Where a text is declared, and the text."""
Unknown = tuple[str, str, str]
"""Place, what is wrong, remedy."""
_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_RELATIONSHIP = re.compile(r"\[\s*\w*\s*:\s*(\w+(?:\s*[|]\s*:?\w+)*)")
_LABELLED = re.compile(r"(?:(?<=\()\s*(\w*)|\b(\w+))\s*:\s*([A-Z]\w*[a-z]\w*(?:\s*[|&]\s*\w+)*)")
_PROPERTY = re.compile(r"(?<![\w.$])([A-Za-z_]\w*)\.(\w+)\b(?!\w*[.(])")
_MAP_KEY = re.compile(r"[{,]\s*(\w+)\s*:")
_PLACEHOLDER = re.compile(r"_\w+_")
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """What is declared: properties by label, and those of relationships."""

    labels: Mapping[str, frozenset[str]]
    relationships: frozenset[str]
    any_: frozenset[str]


def unknown_words(model: GraphModel) -> Iterator[Unknown]:
    """What hand-written texts name that the model and the bookkeeping do not know."""
    vocabulary = _vocabulary(model)
    for owner, place, text in _texts(model):
        bare = _STRINGS.sub("''", text)
        if problem := _unclosed(bare):
            yield place, problem, "Close every bracket and quotation mark."
            continue
        yield from _unknown_types(place, bare, vocabulary)
        yield from _unknown_properties(place, bare, vocabulary, owner)


def declared_properties(model: GraphModel) -> frozenset[str]:
    """Every property that the graph may have, on nodes and on relationships."""
    return _vocabulary(model).any_


def _unknown_types(place: str, bare: str, known: _Vocabulary) -> Iterator[Unknown]:
    for match in _RELATIONSHIP.finditer(bare):
        for name in re.findall(r"\w+", match[1]):
            if name not in known.relationships and not _PLACEHOLDER.fullmatch(name):
                remedy = "Name a relationship type of the model."
                yield place, f"names the relationship type {name}, which is not declared", remedy
    for match in _LABELLED.finditer(bare):
        for name in re.findall(r"\w+", match[3]):
            if name not in known.labels:
                yield place, f"names the label {name}, which is not declared", "Name a node type."


def _unknown_properties(
    place: str, bare: str, known: _Vocabulary, owner: str | None
) -> Iterator[Unknown]:
    labels = {match[1] or match[2]: match[3] for match in _LABELLED.finditer(bare)}
    if owner:
        labels["this"] = owner
    keys = set(_MAP_KEY.findall(bare))
    for name in dict.fromkeys(match.groups() for match in _PROPERTY.finditer(bare)):
        variable, property_ = name
        label = labels.get(variable, "")
        if property_ not in known.labels.get(label, known.any_ | keys):
            whose = f"{label}.{property_}" if label in known.labels else f"{variable}.{property_}"
            yield place, f"reads {whose}, which is not declared", "Name a property of the model."


def _unclosed(bare: str) -> str:
    """What is wrong with the brackets and quotation marks of a text, if anything."""
    opened: list[str] = []
    for mark in re.findall(r"[(){}\[\]'\"`]", bare.replace("''", "")):
        if mark in _PAIRS:
            if not opened or opened.pop() != _PAIRS[mark]:
                return f"closes a {mark} that was not opened"
        elif mark in _PAIRS.values():
            opened.append(mark)
        elif mark != "`":
            return "leaves a text without its closing quotation mark"
    return f"leaves a {opened[-1]} open" if opened else ""


def _vocabulary(model: GraphModel) -> _Vocabulary:
    shared = BOOKKEEPING["Entity"]
    labels = dict(BOOKKEEPING)
    for kind in model.types:
        stored = {name for prop in kind.properties for name in (prop.name, prop.folded)}
        labels |= dict.fromkeys(
            (kind.name, *(part.label for part in kind.subsets)), shared | stored
        )
    entity = {name for prop in model.entity.properties for name in (prop.name, prop.folded)}
    labels["Entity"] = labels["Retired"] = labels[CURATED] = labels[FOLDED] = shared | frozenset[
        str
    ]().union(entity)
    edges = {
        name
        for relationship in model.relationships
        for prop in relationship.edge.properties
        for name in (prop.name, prop.folded)
    }
    types = frozenset(relationship.type for relationship in model.relationships)
    return _Vocabulary(
        labels,
        types | BOOKKEEPING_RELATIONSHIPS.keys(),
        frozenset(edges).union(*labels.values(), *BOOKKEEPING_RELATIONSHIPS.values()),
    )


def _texts(model: GraphModel) -> Iterator[tuple[str | None, str, str]]:
    """Every text: the node type that `this` is of, the place, the text."""
    for name, field in model.questions.items():
        for place, text in _of_field(name, field):
            yield None, place, text
    for kind in model.types:
        for name, field in kind.computed.items():
            for place, text in _of_field(f"{kind.name}.{name}", field):
                yield kind.name, place, text
        for group in kind.measures:
            for part in group.parts:
                yield kind.name, f"{kind.name}.{group.name}.{part.name}", part.text


def _of_field(place: str, field: fragment.Field) -> Iterator[Text]:
    match field:
        case fragment.Value() | fragment.Made():
            yield place, field.text
        case fragment.Rows():
            yield place, field.clauses
            yield from ((place, text) for text in (field.beside or ())[1:])
            yield from _of_arguments(place, field.arguments)
            yield from _of_view(place, field.of)
        case fragment.Listing():
            yield place, field.condition
            yield place, field.clauses
            yield from _of_arguments(place, field.arguments)
        case fragment.Pages():
            yield place, field.clauses
            yield from ((place, key.text) for key in field.keys)
            yield from ((place, text) for _, text in field.conditions.values())
            for name, inner in {**field.edge, **field.whole}.items():
                yield from _of_field(f"{place}.{name}", inner)
            yield from _of_arguments(place, field.arguments)
            yield from _of_view(place, field.of)
        case fragment.Constant() | fragment.Bound() | fragment.EvidenceFor():
            pass
        case fragment.Identified():
            pass


def _of_view(place: str, of: fragment.View | str) -> Iterator[Text]:
    if isinstance(of, fragment.View):
        for name, field in of.fields.items():
            yield from _of_field(f"{place}.{name}", field)


def _of_arguments(place: str, arguments: Sequence[fragment.Argument]) -> Iterator[Text]:
    for argument in arguments:
        for name, (_, text) in argument.choices.items():
            yield f"{place}({argument.name}: {name})", text
        yield from ((f"{place}({argument.name}:)", text) for text in argument.texts if text)
