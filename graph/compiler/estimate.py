"""What an operation may cost, before it runs: nodes and bytes that may come back, steps walked.

Nodes: the sizes of the pages on the way to each list multiplied, and these products added up;
lists without pages (`ancestors`, `evidence`) count as if they had `UNPAGED` members, and what is
dear to find counts its declared weight for each time. Bytes: the fields of each of these nodes.
Steps: relationships that conditions on related nodes may look at. What is known of the graph
bounds each: no page has more members than there are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from graph.compiler.plan import (
    Column,
    Connection,
    Each,
    Fixed,
    Node,
    Object,
    Plan,
    Rows,
    Value,
    Variants,
    children,
)
from graph.compiler.source import Source
from graph.compiler.values import Binding, Variables
from graph.cypher import ast
from graph.errors import QueryTooComplex
from graph.mapping.model import End
from graph.settings import Limits

UNPAGED = 10
_BYTES = 30
"""Of a value, measured on the seed; its key comes on top."""
_OF_KEY = 4


@dataclass(frozen=True, slots=True)
class Degree:
    """Relationships of one type at one node: the most, and how many a walk along it meets."""

    most: int
    met: float


@dataclass(frozen=True, slots=True)
class Facts:
    """How large the graph is: nodes by label, degrees by relationship type and direction.

    Read once for each version of the data; what is not known bounds nothing.
    """

    nodes: Mapping[str, int] = field(default_factory=dict[str, int])
    degrees: Mapping[tuple[str, bool], Degree] = field(
        default_factory=dict[tuple[str, bool], Degree]
    )

    def degree(self, end: End) -> Degree | None:
        return self.degrees.get((end.relationship.type, end.forward))

    def members(self, source: Source) -> int | None:
        """The most nodes that a source may have for one owner."""
        if source.end is not None:
            known = self.degree(source.end)
            return known.most if known else None
        return self.nodes.get(source.label) if source.label and not source.clauses else None


@dataclass(frozen=True, slots=True)
class _Size:
    """A page's size, or a list's that the request gives; never more than its source has."""

    binding: Binding
    source: Source | None = None

    def value(self, variables: Variables, facts: Facts) -> int:
        requested: int | list[Any] = self.binding.value(variables)
        size = len(requested) if isinstance(requested, list) else requested
        known = facts.members(self.source) if self.source else None
        return size if known is None else min(size, known)


@dataclass(frozen=True, slots=True)
class _Term:
    """One product: a number times the sizes that a request gives."""

    times: int = 1
    sizes: tuple[_Size, ...] = ()

    def value(self, variables: Variables, facts: Facts) -> int:
        return self.times * prod(size.value(variables, facts) for size in self.sizes)


@dataclass(frozen=True, slots=True)
class _Walk:
    """Conditions that look along relationships, for each node of a source."""

    outer: _Term
    source: Source
    ends: tuple[End, ...]

    def value(self, variables: Variables, facts: Facts) -> int:
        nodes = facts.members(self.source)
        degrees = [known.met for end in self.ends if (known := facts.degree(end))]
        if nodes is None or len(degrees) < len(self.ends):
            return 0
        return int(self.outer.value(variables, facts) * nodes * prod(degrees))


@dataclass(frozen=True, slots=True)
class Estimate:
    """The products whose sums are what a plan may cost."""

    nodes: tuple[_Term, ...]
    bytes: tuple[_Term, ...]
    walks: tuple[_Walk, ...]

    def check(self, variables: Variables, limits: Limits, facts: Facts) -> int:
        """The nodes of one request; raise QueryTooComplex where anything is over its limit."""
        nodes = _sum(self.nodes, variables, facts)
        _check(
            nodes,
            limits.estimated_nodes,
            "may cost as much as {0} nodes (page sizes multiplied, then added up; what is dear to"
            " find counts more)",
            "Ask for smaller pages with `first`, or in several requests.",
        )
        _check(
            _sum(self.bytes, variables, facts),
            limits.estimated_bytes,
            "may bring {0} bytes",
            "Ask for smaller pages with `first`, for fewer fields, or in several requests.",
        )
        _check(
            _sum(self.walks, variables, facts),
            limits.estimated_steps,
            "may look at {0} relationships for its conditions",
            "Nest fewer conditions on related nodes.",
        )
        return nodes


def _sum(terms: Sequence[_Term] | Sequence[_Walk], variables: Variables, facts: Facts) -> int:
    return sum(term.value(variables, facts) for term in terms)


def _check(amount: int, most: int, words: str, remedy: str) -> None:
    if amount > most:
        raise QueryTooComplex(
            f"The operation {words.format(amount)}; at most {most} are allowed.", remedy
        )


def estimate(plan: Plan) -> Estimate:
    """The estimate of a plan."""
    estimator = _Estimator()
    estimator.object(Object(plan.fields), _Term())
    return Estimate(tuple(estimator.nodes), tuple(estimator.bytes), tuple(estimator.walks))


class _Estimator:
    """Collects the products; `outer` is how often a value may be there."""

    def __init__(self) -> None:
        self.nodes: list[_Term] = []
        self.bytes: list[_Term] = []
        self.walks: list[_Walk] = []

    def object(self, object_: Object, outer: _Term) -> None:
        size = sum(_bytes(key, value) for key, value in object_.fields)
        self.bytes.append(_Term(outer.times * size, outer.sizes))
        for _, value in object_.fields:
            self.value(value, outer)

    def node(self, node: Node, outer: _Term) -> None:
        if isinstance(node, Object):
            self.object(node, outer)
        elif isinstance(node, Variants):
            self.object(node.shared, outer)
            self._dearest(node, outer)
        else:
            self.value(node, outer)

    def _dearest(self, variants: Variants, outer: _Term) -> None:
        """An object is of one of the types: the dearest of them counts."""
        dearest = _Estimator()
        for entry in variants.entries:
            inner = _Estimator()
            inner.object(entry.own, outer)
            dearest = max(dearest, inner, key=lambda each: len(each.nodes))
        self.nodes += dearest.nodes
        self.bytes += dearest.bytes
        self.walks += dearest.walks

    def value(self, value: Value, outer: _Term) -> None:
        match value:
            case Connection():
                self._connection(value, outer)
            case Rows(clauses, selection, one):
                several = _as_many(outer, value.each) if value.each else outer
                inner = outer if one else _longer(several, clauses)
                self.nodes.append(inner)
                self._weigh(value.weight, outer)
                self.node(selection, inner)
            case Each(items, _, _, selection):
                inner = _as_many(outer, items)
                self.nodes.append(inner)
                self.node(selection, inner)
            case _:
                for inside in children(value):
                    self.node(inside, outer)

    def _connection(self, connection: Connection, outer: _Term) -> None:
        inner = _Term(outer.times, (*outer.sizes, _Size(connection.page.size, connection.source)))
        self._weigh(connection.source.weight, outer)
        self.walks += [_Walk(outer, connection.source, ends) for ends in connection.walks]
        if connection.lists:
            self.nodes.append(inner)
        for selection in connection.lists:
            self.node(selection, inner)
        for whole in connection.wholes:
            self.value(whole, outer)

    def _weigh(self, weight: int, outer: _Term) -> None:
        if weight:
            self.nodes.append(_Term(outer.times * weight, outer.sizes))


def _as_many(outer: _Term, items: ast.Expression) -> _Term:
    """As many as there are members in a list of the request."""
    assert isinstance(items, ast.Parameter) and isinstance(items.binding, Binding)
    return _Term(outer.times, (*outer.sizes, _Size(items.binding)))


def _longer(outer: _Term, clauses: tuple[ast.Clause, ...]) -> _Term:
    """As long as the clauses' limit says, if it is the request's, else as if of `UNPAGED`."""
    last = clauses[-1] if clauses else None
    if isinstance(last, ast.With) and isinstance(last.limit, ast.Parameter):
        binding = last.limit.binding
        if isinstance(binding, Binding):
            return _Term(outer.times, (*outer.sizes, _Size(binding)))
    return _Term(outer.times * UNPAGED, outer.sizes)


def _bytes(key: str, value: Value) -> int:
    """What a field writes itself: its key and, of a list of values, as many as are usual."""
    if isinstance(value, Fixed):
        return len(key) + _OF_KEY + len(str(value.value))
    return len(key) + _OF_KEY + _BYTES * (UNPAGED if isinstance(value, Column) else 1)
