"""What a statement took, as the database tells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast


@dataclass(slots=True)
class Measures:
    """What a read took; db hits are known where it was profiled."""

    profiled: bool = False
    round_trips: int = 0
    db_hits: int = 0


@dataclass(frozen=True, slots=True)
class Profile:
    """What PROFILE says of a statement: total db hits, bytes of memory, rows, operators as text."""

    db_hits: int
    memory: int
    rows: int
    operators: str


def walk_profile(plan: Mapping[str, Any], depth: int, lines: list[str]) -> int:
    """The db hits of a plan and all below it; what its operators are is added to the lines."""
    arguments = cast(dict[str, Any], plan.get("args", {}))
    hits = int(arguments.get("DbHits", 0))
    details = str(arguments.get("Details", ""))
    lines.append(
        f"{hits:>8}  {'| ' * depth}{str(plan.get('operatorType', '')).split('@')[0]} {details}"
    )
    return hits + sum(walk_profile(child, depth + 1, lines) for child in plan.get("children", ()))
