"""graphql-core's own field collection, in one place: its 3.2 and 3.3 differ here.

Takes a selection, gives its fields by response key with fragments expanded,
equal keys merged and `@skip` and `@include` applied.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    is_abstract_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    GroupedFieldSet,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from graph.compiler.budget import Budget


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
    """Collects the fields of one operation under given variable values, counted."""

    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
        budget: Budget,
    ) -> None:
        self._budget = budget
        self._schema = schema
        self._operation = operation
        self._fragments = {name: FragmentDetails(fragment) for name, fragment in fragments.items()}
        self.variables = variables
        self.failed = False
        """Whether a directive's `if` was null somewhere: the executor says so, and where."""

    def root(self, root_type: GraphQLObjectType) -> Fields:
        """The fields of the operation itself."""
        return self._collected(
            lambda: (
                collect_fields(
                    self._schema, self._fragments, self.variables, root_type, self._operation
                ).grouped_field_set
            )
        )

    def below(self, field: Field, type_: GraphQLObjectType) -> Fields:
        """The fields selected below a field whose value is of an object type, counted."""
        fields = self.look_below(field, type_)
        self._budget.fields(len(fields))
        return fields

    def look_below(self, field: Field, type_: GraphQLObjectType) -> Fields:
        """The same, not counted: what several types share is planned once."""
        return self._collected(
            lambda: (
                collect_subfields(
                    self._schema,
                    self._fragments,
                    self.variables,
                    self._operation,
                    type_,
                    list(field.details),
                ).grouped_field_set
            )
        )

    def count(self, fields: int) -> None:
        """Count fields that will be planned."""
        self._budget.fields(fields)

    def alike(
        self, field: Field, types: Sequence[GraphQLObjectType]
    ) -> list[list[GraphQLObjectType]]:
        """The types in groups that the same fragments below a field are about."""
        spread: set[str] = set()
        about = {
            name
            for detail in field.details
            if detail.node.selection_set
            for name in self._conditions(detail.node.selection_set, spread)
        }
        groups: dict[frozenset[str], list[GraphQLObjectType]] = {}
        for type_ in types:
            fits = frozenset(name for name in about if self._fits(type_, name))
            groups.setdefault(fits, []).append(type_)
        return list(groups.values())

    def _conditions(self, selections: SelectionSetNode, spread: set[str]) -> Iterator[str]:
        """The types that fragments of a selection are about; each spread is looked into once."""
        for selection in selections.selections:
            inner: InlineFragmentNode | FragmentDefinitionNode
            if isinstance(selection, InlineFragmentNode):
                inner = selection
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                spread.add(selection.name.value)
                inner = self._fragments[selection.name.value].definition
            else:
                continue
            if inner.type_condition:
                yield inner.type_condition.name.value
            yield from self._conditions(inner.selection_set, spread)

    def _fits(self, type_: GraphQLObjectType, name: str) -> bool:
        condition = self._schema.type_map[name]
        if is_abstract_type(condition):
            return self._schema.is_sub_type(condition, type_)
        return condition is type_

    def _collected(self, collect: Callable[[], GroupedFieldSet]) -> Fields:
        try:
            grouped = collect()
        except GraphQLError:
            self.failed = True
            return {}
        return {key: Field(tuple(details)) for key, details in grouped.items()}
