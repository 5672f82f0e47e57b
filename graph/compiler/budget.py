"""What an operation asks for, counted while it is compiled and before the work is done.

What comes in variables and what differs by type cannot be seen in the document, so
`limits` cannot count it. Takes what the stages count, raises QueryTooComplex past a limit.
"""

from typing import Any

from graph.compiler.values import Items, Leaf, Members
from graph.errors import QueryTooComplex
from graph.settings import Limits

_QUANTIFIERS = ("some", "all", "none", "single")


class Budget:
    """The counts of one operation."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._fields = 0
        self._conditions = 0

    def fields(self, more: int) -> None:
        """Count fields that will be planned."""
        self._fields += more
        most = self._limits.planned_fields
        if self._fields > most:
            raise QueryTooComplex(
                f"The operation has more than {most} fields, where what differs by type"
                f" counts once a type and facets once a key; at most {most} are allowed.",
                "Ask in several requests.",
            )

    def conditions(self, where: Any) -> None:
        """Count the conditions of one `where`, those in variables too."""
        self._conditions += conditions_in(where)
        most = self._limits.conditions
        if self._conditions > most:
            raise QueryTooComplex(
                f"The operation has {self._conditions} conditions or more, those in variables"
                f" counted; at most {most} are allowed.",
                "Give the values of one field in one `in`, or ask in several requests.",
            )


def conditions_in(where: Members | Items | Leaf | None) -> int:
    """How many comparisons and quantifiers there are in a traced `where`; an empty one is one."""
    match where:
        case Members(members):
            count = 0
            for name, value in members.items():
                count += conditions_in(value) if name != "caseSensitive" else 0
                count += name in _QUANTIFIERS
            return max(count, 1)
        case Items(items):
            return max(sum(map(conditions_in, items)), 1)
        case Leaf():
            return 1
        case None:
            return 0
