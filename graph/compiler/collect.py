"""graphql-core's own field collection, in one place: its 3.2 and 3.3 differ here.

Takes a selection, gives its fields by response key with fragments expanded,
equal keys merged and `@skip` and `@include` applied.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues


@dataclass(frozen=True, slots=True)
class Field:
    """The field nodes that share one response key."""

    details: tuple[FieldDetails, ...]

    @property
    def node(self) -> FieldNode:
        return self.details[0].node

    @property
    def name(self) -> str:
        return self.node.name.value


Fields = Mapping[str, Field]


class Collector:
    """Collects the fields of one operation under given variable values."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = {name: FragmentDetails(found) for name, found in fragments.items()}
        self._variables = variables

    def root(self, root_type: GraphQLObjectType) -> Fields:
        """The fields of the operation itself."""
        found = collect_fields(
            self._schema, self._fragments, self._variables, root_type, self._operation
        )
        return _fields(found.grouped_field_set)

    def below(self, field: Field, type_: GraphQLObjectType) -> Fields:
        """The fields selected below a field whose value is of an object type."""
        found = collect_subfields(
            self._schema,
            self._fragments,
            self._variables,
            self._operation,
            type_,
            list(field.details),
        )
        return _fields(found.grouped_field_set)


def _fields(grouped: GroupedFieldSet) -> Fields:
    return {key: Field(tuple(details)) for key, details in grouped.items()}
