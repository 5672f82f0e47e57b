"""The names of all GraphQL types that follow from a model, and what each is made of."""

from collections.abc import Iterator, Mapping
from enum import Enum

from graph.mapping import fragment
from graph.mapping.model import GraphModel, Property
from graph.mapping.operators import FILTERS

NODE_TYPES = ("", "Where", "Order", "Aggregate", "Key", "Group", "Connection", "Edge")
LIST_TYPES = ("Where", "Quantifier", "Order", "Group", "Connection", "Edge")
EDGE_TYPES = ("", "Where", "Order", "Aggregate", "Key")
MEASURE_TYPES = ("", "Where", "Order", "Aggregate")
SHARED = (
    *("String", "Int", "Float", "Boolean", "ID", "Date", "Query", "Node", "Evidence"),
    *("MappedIdentifier", "PageInfo", "GroupKey", "FacetValue", "Facet", "ValueAggregate"),
    *("IntAggregate", "FloatAggregate", "DateAggregate", "EntityType", "RelationshipType"),
    *("Confidence", "MatchType", "OrderDirection", "GroupOrder"),
    "ConfidenceFilter",
    *(filter_.name for filter_ in FILTERS),
)
"""Types that every schema has."""


def derived_names(model: GraphModel) -> Iterator[tuple[str, str]]:
    """Each name with what makes it; the same name with two makers is a clash."""
    for name in SHARED:
        yield name, "every schema"
    for kind in (model.entity, *model.types):
        for suffix in NODE_TYPES:
            yield kind.name + suffix, f"the node type {kind.name}"
        for group in kind.measures:
            for suffix in MEASURE_TYPES:
                yield group.type_name + suffix, f"the measures {group.type_name}"
        for name, place in _enums(kind.properties):
            yield name, place
    for relationship in model.relationships:
        # Told apart by what is declared: another class of the same name is a clash.
        fields = ", ".join(prop.name for prop in relationship.edge.properties)
        edge = f"the edge class {relationship.edge.name} ({fields})"
        for suffix in EDGE_TYPES:
            yield relationship.edge.name + suffix, edge
        for name, place in _enums(relationship.edge.properties):
            yield name, place
        ends = (
            (relationship.source,)
            if relationship.one
            else (relationship.source, relationship.target)
        )
        for other in ends:
            for suffix in LIST_TYPES:
                yield (
                    f"{other}{relationship.edge.name}{suffix}",
                    f"lists of {other} by {relationship.edge.name}",
                )
    for kind in model.types:
        if model.hierarchy(kind.name):
            yield f"{kind.name}AtDepth", f"the hierarchy of {kind.name}"
    for fields in (model.questions, model.of_all, *(kind.computed for kind in model.types)):
        yield from _of_fields(fields)


def _enums(properties: tuple[Property, ...]) -> Iterator[tuple[str, str]]:
    enums: list[type[Enum]] = [prop.enum for prop in properties if prop.enum]
    for enum in enums:
        if enum.__name__ not in SHARED:
            yield enum.__name__, f"the enum {enum.__name__}"
            yield f"{enum.__name__}Filter", f"the enum {enum.__name__}"


def _of_fields(fields: Mapping[str, fragment.Field]) -> Iterator[tuple[str, str]]:
    """The views, pages and enums of hand-written fields."""
    for field in fields.values():
        match field:
            case fragment.Rows() | fragment.Pages():
                if isinstance(field.of, fragment.View):
                    yield field.of.name, f"the view {field.of.name}"
                    yield from _of_fields(field.of.fields)
                if isinstance(field, fragment.Pages):
                    for suffix in ("Connection", "Edge"):
                        yield field.name + suffix, f"the pages {field.name}"
                    yield from _of_fields({**field.edge, **field.whole})
            case fragment.Value(enum=enum) if enum and enum.__name__ not in SHARED:
                yield enum.__name__, f"the enum {enum.__name__}"
            case _:
                pass
        for argument in getattr(field, "arguments", ()):
            if isinstance(argument, fragment.Argument) and argument.choices:
                yield argument.type.rstrip("!"), f"the enum {argument.type.rstrip('!')}"
