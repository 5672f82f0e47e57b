"""Names for variables and parameters, in the order in which the text needs them.

The same tree always gives the same text, whatever the client called things:
Neo4j plans a statement again for as little as another space.
"""

from collections.abc import Callable

_SHORTEST = 2
"""Characters of the shortest name."""


class StatementTooLong(Exception):
    """The text will be longer than what is allowed."""


class Environment:
    """The names given so far in one statement.

    Raises StatementTooLong once there are so many names in it that it must be longer than `most`
    characters: what is far too long is not rendered to its end.
    """

    def __init__(self, most: int = 1_000_000) -> None:
        self._names_left = most // _SHORTEST
        self._variables: dict[int, str] = {}
        self._used: set[str] = set()
        self._parameters: dict[int, str] = {}
        self.parameters: list[object] = []
        """What each parameter stands for; `p0` is the first."""

    def variable(self, key: object) -> str:
        """The name of a variable, known by its identity."""
        self._count()
        name = self._variables.setdefault(id(key), f"n{len(self._variables)}")
        self._used.add(name)
        return name

    def with_imports(self, render: Callable[["Environment"], str]) -> tuple[str, list[str]]:
        """A part of the text, and the variables in it that the text before it has bound."""
        known = list(self._variables.values())
        outside, self._used = self._used, set()
        text = render(self)
        imports = [name for name in known if name in self._used]
        self._used |= outside
        return text, imports

    def parameter(self, binding: object) -> str:
        """The name of a parameter, known by the identity of what it stands for."""
        self._count()
        name = self._parameters.get(id(binding))
        if name is None:
            name = self._parameters[id(binding)] = f"p{len(self.parameters)}"
            self.parameters.append(binding)
        return f"${name}"

    def _count(self) -> None:
        self._names_left -= 1
        if self._names_left < 0:
            raise StatementTooLong
