"""What becomes of what a source said under another model: renamed, converted, or left behind."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

from graph.mapping.kinds import Kind
from graph.mapping.model import Property
from loaders.provenance import Statement
from loaders.written import Written


class CannotBe(ValueError):
    """A value has no counterpart in the other kind."""


@dataclass(frozen=True, slots=True)
class Part:
    """One property, as it was and as it is."""

    was: Property
    now: Property
    members: frozenset[str]
    """The values that it may have now, where it is an enum."""


class Carrier:
    """Carries what is said of one node type or relationship type over to the model of now."""

    def __init__(
        self,
        was: Written,
        now: Written,
        old_owner: str,
        owner: str,
        formerly: Mapping[str, Sequence[str]],
    ) -> None:
        """`formerly` are the former names of its properties."""
        self.owner = owner
        self.lost: Counter[str] = Counter()
        """Values that could not be carried over, by property."""
        self.examples: dict[str, str] = {}
        self._now = now.declared(owner)
        before = {prop.name: prop for prop in was.declared(old_owner)}
        names = {prop.name for prop in self._now}
        self.parts: dict[str, Part] = {}
        for prop in self._now:
            old = next(
                (n for n in (prop.name, *formerly.get(prop.name, ())) if n in before
                 and (n == prop.name or n not in names)), None
            )  # fmt: skip
            if old:
                members = frozenset(now.members.get(f"{owner}.{prop.name}", ()))
                self.parts[old] = Part(before[old], prop, members)
        self.gone = [name for name in before if name not in self.parts]
        self._needed = [
            prop.name
            for prop in self._now
            if not prop.nullable and not prop.many and prop.default is None and prop.name != "slug"
        ]
        removed = {
            f"{owner}.{part.now.name}"
            for name, part in self.parts.items()
            if set(was.members.get(f"{old_owner}.{name}", ())) - part.members
            and part.now.kind is Kind.ENUM
        }
        self.changes = bool(self.gone or removed or before.keys() != names) or any(
            part.was != part.now for part in self.parts.values()
        )

    def sentences(self) -> list[str]:
        """What happens to its properties."""
        texts = [
            f"{self.owner}.{name} is {self.owner}.{part.now.name} now"
            for name, part in self.parts.items()
            if name != part.now.name
        ]
        texts += [
            f"{self.owner}.{name} is no longer declared: it is taken off" for name in self.gone
        ]
        for name, count in sorted(self.lost.items()):
            kind = next(prop.kind for prop in self._now if prop.name == name)
            texts.append(
                f"{self.owner}.{name}: {count:,} values are not {kind.value.expected}"
                f" ({self.examples[name]}) and are taken off; load their source again"
            )
        return texts

    def carry(self, statement: Statement, *, tell: bool = True) -> dict[str, Any] | None:
        """A statement in the terms of now; None where it lacks what has to be said now."""
        carried: dict[str, Any] = {}
        for name, value in statement.items():
            part = self.parts.get(name)
            if part is None:
                continue
            try:
                carried[part.now.name] = convert(value, part)
            except CannotBe:
                if tell:
                    self.lost[part.now.name] += 1
                    self.examples.setdefault(part.now.name, repr(value)[:60])
        carried = {name: value for name, value in carried.items() if value not in (None, [])}
        return carried if all(name in carried for name in self._needed) else None


def convert(value: Any, part: Part) -> Any:
    """A value as its property has it now; raise CannotBe where it has none that says the same."""
    if isinstance(value, list) and not part.now.many:
        if len(value) != 1:  # pyright: ignore[reportUnknownArgumentType]
            raise CannotBe
        value = value[0]  # pyright: ignore[reportUnknownVariableType]
    if part.now.many and not isinstance(value, list):
        return [_single(value, part)]
    if isinstance(value, list):
        return [_single(one, part) for one in value]  # pyright: ignore[reportUnknownVariableType]
    return _single(value, part)


def _single(value: Any, part: Part) -> Any:
    kind, text = part.now.kind, str(value)
    if kind is Kind.TEXT:
        return str(value).lower() if isinstance(value, bool) else text
    if kind is Kind.ENUM:
        if text in part.members:
            return text
    elif kind is Kind.BOOLEAN:
        if isinstance(value, bool):
            return value
        if text in ("true", "false"):
            return text == "true"
    elif kind is Kind.DATE:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            try:
                return date.fromisoformat(text).isoformat()
            except ValueError as error:
                raise CannotBe from error
    elif not isinstance(value, bool) and re.fullmatch(r"-?\d{1,15}(\.\d+)?(e[-+]?\d+)?", text):
        number = float(text)
        if kind is Kind.FLOAT and isfinite(number):
            return number
        if number.is_integer() and -(2**31) <= number < 2**31:
            return int(number)
    raise CannotBe
