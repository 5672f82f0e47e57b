"""The GraphQL fields and types of hand-written fragments."""

from collections.abc import Callable, Mapping

from graph.mapping import fragment
from graph.mapping import meaning as means
from graph.mapping.blocks import Argument, Blocks, Field, members_of, output_type
from graph.mapping.model import GraphModel
from graph.mapping.names import constant

ENTITY_TYPE = "EntityType"
RELATIONSHIP_TYPE = "RelationshipType"
_NAMES_THINGS = (fragment.Use.ID, fragment.Use.IDS, fragment.Use.VERSION)


class Fragments:
    """Makes them, each view once."""

    def __init__(
        self,
        blocks: Blocks,
        model: GraphModel,
        page_arguments: Callable[[str], list[Argument]],
    ) -> None:
        self._blocks = blocks
        self._model = model
        self._page_arguments = page_arguments

    def enums(self) -> None:
        """The enums that name what the model declares, and those of choices."""
        self._blocks.choice(
            ENTITY_TYPE,
            "A type of entity.",
            {constant(kind.name): f"A `{kind.name}`." for kind in self._model.types},
        )
        self._blocks.choice(
            RELATIONSHIP_TYPE,
            "A type of relationship, read from its start to its end.",
            {
                found.type: f"{found.source} {found.phrase} {found.target}."
                for found in self._model.relationships
            },
        )

    def root_field(self, name: str, found: fragment.Field) -> Field:
        """A question; null, with an error, where a thing that its arguments name is not there."""
        arguments = getattr(found, "arguments", ())
        names = any(given.use in _NAMES_THINGS for given in arguments)
        return self.field(name, found, nullable=names)

    def field(self, name: str, found: fragment.Field, *, nullable: bool = False) -> Field:
        """One field, with the types that it needs."""
        type_, arguments = self._type(found), getattr(found, "arguments", ())
        if nullable:
            type_ = type_.removesuffix("!")
        for given in arguments:
            if isinstance(given, fragment.Argument) and given.choices:
                members = {name: text for name, (text, _) in given.choices.items()}
                self._blocks.choice(given.type.rstrip("!"), given.description, members)
        own = [
            self._blocks.argument(given.name, given.type, given.description)
            for given in arguments
            if isinstance(given, fragment.Argument)
        ]
        if isinstance(found, fragment.Listing):
            own += self._page_arguments(found.target)
        if isinstance(found, fragment.Pages):
            own += [
                given
                for given in self._page_arguments(found.name)
                if given.graphql_name not in ("where", "orderBy")
            ]
        meaning = means.HandWritten(found)
        return self._blocks.field(name, type_, found.description, meaning, own)

    def _type(self, found: fragment.Field) -> str:
        match found:
            case fragment.Value():
                if found.enum:
                    self._blocks.choice(
                        found.enum.__name__, found.enum.__doc__ or "", members_of(found.enum)
                    )
                return output_type(found)
            case fragment.Constant():
                return "Int!"
            case fragment.Made():
                return found.type
            case fragment.Bound():
                return found.target + ("" if found.nullable else "!")
            case fragment.EvidenceFor():
                return "[Evidence!]!"
            case fragment.Identified():
                return "MappedIdentifier!"
            case fragment.Rows():
                name = self._of(found.of)
                if found.one:
                    return name + ("" if found.nullable else "!")
                return f"[{name}!]!"
            case fragment.Listing():
                return f"{found.target}Connection!"
            case fragment.Pages():
                return f"{self._pages(found)}!"

    def _of(self, found: fragment.View | str) -> str:
        if isinstance(found, str):
            return found
        if found.name not in self._blocks.names:
            self._blocks.object_type(found.name, found.description, self._fields(found.fields))
        return found.name

    def _fields(self, fields: Mapping[str, fragment.Field]) -> list[Field]:
        return [self.field(name, found) for name, found in fields.items()]

    def _pages(self, found: fragment.Pages) -> str:
        name = f"{found.name}Connection"
        if name in self._blocks.names:
            return name
        blocks, part, node = self._blocks, means.ConnectionPart, self._of(found.of)
        blocks.object_type(
            f"{found.name}Edge",
            "One in a list, and its place there.",
            [
                blocks.field("node", f"{node}!", "The one found.", means.EdgePart("node")),
                blocks.field(
                    "cursor", "String!", "Its place in the list.", means.EdgePart("cursor")
                ),
                *self._fields(found.edge),
            ],
        )
        blocks.object_type(
            name,
            "A page of a list.",
            [
                blocks.field("totalCount", "Int!", "How many there are.", part("totalCount")),
                blocks.field("pageInfo", "PageInfo!", "Where the page lies.", part("pageInfo")),
                blocks.field("nodes", f"[{node}!]!", "Those of the page.", part("nodes")),
                blocks.field(
                    "edges", f"[{found.name}Edge!]!", "The edges of the page.", part("edges")
                ),
                *self._fields(found.whole),
            ],
        )
        return name
