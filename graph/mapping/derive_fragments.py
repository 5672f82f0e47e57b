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
            {constant(kind.name): f"The type `{kind.name}`." for kind in self._model.types},
        )
        self._blocks.choice(
            RELATIONSHIP_TYPE,
            "A type of relationship, read from its start to its end.",
            {
                relationship.type: (
                    f"{relationship.source} {relationship.phrase} {relationship.target}."
                )
                for relationship in self._model.relationships
            },
        )

    def root_field(self, name: str, declared: fragment.Field) -> Field:
        """A question; null, with an error, where a thing that its arguments name is not there."""
        arguments = getattr(declared, "arguments", ())
        names = any(argument.use in _NAMES_THINGS for argument in arguments)
        return self.field(name, declared, nullable=names)

    def field(self, name: str, declared: fragment.Field, *, nullable: bool = False) -> Field:
        """One field, with the types that it needs."""
        type_, arguments = self._type(declared), getattr(declared, "arguments", ())
        if nullable:
            type_ = type_.removesuffix("!")
        for argument in arguments:
            if isinstance(argument, fragment.Argument) and argument.choices:
                members = {name: text for name, (text, _) in argument.choices.items()}
                self._blocks.choice(argument.type.rstrip("!"), argument.description, members)
        own = [
            self._blocks.argument(argument.name, argument.type, argument.description)
            for argument in arguments
            if isinstance(argument, fragment.Argument)
        ]
        if isinstance(declared, fragment.Listing):
            own += self._page_arguments(declared.target)
        if isinstance(declared, fragment.Pages):
            own += [
                argument
                for argument in self._page_arguments(declared.name)
                if argument.graphql_name not in ("where", "orderBy")
            ]
        meaning = means.HandWritten(declared)
        return self._blocks.field(name, type_, declared.description, meaning, own)

    def _type(self, declared: fragment.Field) -> str:
        match declared:
            case fragment.Value():
                if declared.enum:
                    self._blocks.choice(
                        declared.enum.__name__,
                        declared.enum.__doc__ or "",
                        members_of(declared.enum),
                    )
                return output_type(declared)
            case fragment.Constant():
                return "Int!"
            case fragment.Made():
                return declared.type
            case fragment.Bound():
                return declared.target + ("" if declared.nullable else "!")
            case fragment.EvidenceFor():
                return "[Evidence!]!"
            case fragment.Identified():
                return "MappedIdentifier!"
            case fragment.Rows():
                name = self._of(declared.of)
                if declared.one:
                    return name + ("" if declared.nullable else "!")
                return f"[{name}!]!"
            case fragment.Listing():
                return f"{declared.target}Connection!"
            case fragment.Pages():
                return f"{self._pages(declared)}!"

    def _of(self, declared: fragment.View | str) -> str:
        if isinstance(declared, str):
            return declared
        if declared.name not in self._blocks.names:
            self._blocks.object_type(
                declared.name, declared.description, self._fields(declared.fields)
            )
        return declared.name

    def _fields(self, fields: Mapping[str, fragment.Field]) -> list[Field]:
        return [self.field(name, declared) for name, declared in fields.items()]

    def _pages(self, declared: fragment.Pages) -> str:
        name = f"{declared.name}Connection"
        if name in self._blocks.names:
            return name
        blocks, part, node = self._blocks, means.ConnectionPart, self._of(declared.of)
        blocks.object_type(
            f"{declared.name}Edge",
            "One in a list, and its place there.",
            [
                blocks.field("node", f"{node}!", "The one found.", means.EdgePart("node")),
                blocks.field(
                    "cursor", "String!", "Its place in the list.", means.EdgePart("cursor")
                ),
                *self._fields(declared.edge),
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
                    "edges", f"[{declared.name}Edge!]!", "The edges of the page.", part("edges")
                ),
                *self._fields(declared.whole),
            ],
        )
        return name
