"""What can be wrong in declarations: one small check a kind of mistake, all told together.

Takes a model, gives its problems, each with place and remedy. A check is a function in
`CHECKS`; what can only be seen while a class is read is in the `problems` of its type.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

from graph.errors import DeclarationError
from graph.mapping.handwritten import unknown_words
from graph.mapping.model import GraphModel, NodeType, Problem, Property
from graph.mapping.storage import SOURCE
from graph.mapping.type_names import derived_names

RESERVED = ("id", "identifiers", "evidence", "retired", "replacedBy", "and", "or", "not")
"""Names that every entity has, or every filter."""
Check = Callable[[GraphModel], Iterable[Problem]]


def checked(model: GraphModel) -> GraphModel:
    """The model; raise DeclarationError with all that is wrong with it."""
    problems = problems_of(model)
    if problems:
        lines = "".join(f"\n  {problem}" for problem in problems)
        count = f"{len(problems)} problems" if len(problems) > 1 else "A problem"
        raise DeclarationError(f"{count} in the declarations:{lines}")
    return model


def problems_of(model: GraphModel) -> tuple[Problem, ...]:
    """All problems of a model, in the order of the checks."""
    return tuple(problem for check in CHECKS for problem in check(model))


def _as_read(model: GraphModel) -> Iterator[Problem]:
    """What was seen while the classes were read."""
    for kind in model.types:
        yield from kind.problems
    for edge in {
        relationship.edge.name: relationship.edge for relationship in model.relationships
    }.values():
        yield from edge.problems


def _sources(model: GraphModel) -> Iterator[Problem]:
    if SOURCE not in model:
        remedy = "Declare it: what a statement rests on is one of its nodes."
        yield Problem("The model", f"has no node type {SOURCE}", remedy)


def _repeated_types(model: GraphModel) -> Iterator[Problem]:
    for name in _repeated(kind.name for kind in model.types):
        yield Problem(name, "is declared twice as a node type", "Name each type once.")
    for type_ in _repeated(relationship.type for relationship in model.relationships):
        places = " and ".join(f.place for f in model.relationships if f.type == type_)
        yield Problem(
            places,
            f"both have the relationship type {type_}",
            "Give each its own: the compiler knows the far end's label by the type.",
        )


def _root_fields(model: GraphModel) -> Iterator[Problem]:
    """The names of look-ups, lists and questions."""
    taken: dict[str, str] = {"node": "Query.node", "nodes": "Query.nodes"}
    taken |= {name: f"the question {name!r}" for name in model.questions}
    for kind in model.types:
        names = [(kind.name, kind.singular, kind.plural)]
        names += [(part.label, part.singular, part.plural) for part in kind.subsets]
        for place, singular, plural in names:
            if singular == plural:
                yield Problem(
                    place,
                    f"has {plural!r} as its singular and as its plural",
                    "One is the look-up by slug and one the list: name them differently.",
                )
            for name in {singular, plural}:
                if name in taken:
                    yield Problem(
                        place,
                        f"has the root field {name!r}, which is {taken[name]} already",
                        "Choose another `plural` or `singular`.",
                    )
                taken[name] = f"a field of {place}"


def _ends(model: GraphModel) -> Iterator[Problem]:
    known = ", ".join(kind.name for kind in model.types)
    for relationship in model.relationships:
        if relationship.target not in model:
            remedy = f"Declare it, or name one of {known}."
            yield Problem(
                relationship.place,
                f"leads to {relationship.target}, which is not a node type",
                remedy,
            )
        if not re.fullmatch(r"[A-Z][A-Z0-9_]*", relationship.type):
            yield Problem(
                relationship.place,
                f"has {relationship.type!r}, which is not a relationship type",
                "Write it in upper case with underscores, such as WORKS_ACROSS.",
            )
        for text, what, remedy in (
            (
                relationship.phrase,
                "phrase",
                "Give the words between both names, such as 'works across'.",
            ),
            (relationship.description, "description", "Say what the related nodes are."),
            (relationship.inverse_description, "inverse_description", "Say what its far end sees."),
        ):
            if not text:
                yield Problem(relationship.place, f"has no {what}", remedy)
        if relationship.key and relationship.key not in {
            prop.name for prop in relationship.edge.properties
        }:
            yield Problem(
                relationship.place,
                f"has the key {relationship.key!r}, which is not one of its fields",
                f"Declare it in {relationship.edge.name}, or leave `key` out.",
            )


def _members(model: GraphModel) -> Iterator[Problem]:
    """The names of a type's fields, counts among them."""
    for kind in model.types:
        names = [prop.name for prop in (*kind.properties, *kind.measures)]
        names += kind.computed
        for end in model.ends(kind.name):
            names += [end.name, *([end.edge_name] if end.one else [f"{end.name}Count"])]
        if any(relationship.hierarchy for relationship in kind.relationships):
            names += ["ancestors", "descendants"]
        for name in _repeated(names):
            yield Problem(
                f"{kind.name}.{name}",
                "is declared twice",
                "Rename one of them; the ends of relationships count too.",
            )
        for name in names:
            if name in RESERVED:
                yield Problem(
                    f"{kind.name}.{name}", "is a name that every entity has", "Choose another."
                )
        for prop in kind.properties:
            if prop.name.endswith("Folded"):
                yield Problem(
                    f"{kind.name}.{prop.name}",
                    "ends like the folded copy of a text",
                    "Choose another name.",
                )


def _described(model: GraphModel) -> Iterator[Problem]:
    for place, prop in _properties(model):
        if not prop.description:
            yield Problem(f"{place}.{prop.name}", "has no description", "Say what it holds.")


def _hierarchies(model: GraphModel) -> Iterator[Problem]:
    for kind in model.types:
        hierarchies = [one for one in kind.relationships if one.hierarchy]
        if len(hierarchies) > 1:
            names = ", ".join(one.name for one in hierarchies)
            remedy = "Keep `hierarchy=True` on one of them."
            yield Problem(kind.name, f"has several hierarchies: {names}", remedy)
        for one in hierarchies:
            if one.target != kind.name:
                yield Problem(
                    one.place,
                    f"is a hierarchy, but leads to {one.target}",
                    f"A hierarchy joins nodes of one type: lead to {kind.name}.",
                )


def _enums(model: GraphModel) -> Iterator[Problem]:
    declared: dict[str, type[Enum]] = {}
    for place, prop in _properties(model):
        enum = prop.enum
        if enum is None:
            continue
        if declared.setdefault(enum.__name__, enum) is not enum:
            yield Problem(
                f"{place}.{prop.name}",
                f"uses another enum called {enum.__name__}",
                "Give one of them another name: both would be one GraphQL type.",
            )
        elif not (enum.__doc__ or "").strip():
            remedy = "It becomes the description: say what it tells."
            yield Problem(enum.__name__, "has no docstring", remedy)


def _type_names(model: GraphModel) -> Iterator[Problem]:
    """Names of GraphQL types that two declarations would make."""
    places: dict[str, str] = {}
    for name, place in derived_names(model):
        if places.setdefault(name, place) != place:
            yield Problem(
                place,
                f"makes the GraphQL type {name}, which {places[name]} makes too",
                "Rename one of them.",
            )


def _handwritten(model: GraphModel) -> Iterator[Problem]:
    for place, message, remedy in unknown_words(model):
        yield Problem(place, message, remedy)


CHECKS: tuple[Check, ...] = (
    _as_read,
    _sources,
    _repeated_types,
    _root_fields,
    _ends,
    _members,
    _described,
    _hierarchies,
    _enums,
    _type_names,
    _handwritten,
)


def _properties(model: GraphModel) -> Iterator[tuple[str, Property]]:
    """Every property of nodes and relationships, with where it is declared."""
    owners: Mapping[str, NodeType | Any] = {
        **{relationship.edge.name: relationship.edge for relationship in model.relationships},
        **{kind.name: kind for kind in model.types},
    }
    for place, owner in owners.items():
        for prop in owner.properties:
            yield place, prop


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
