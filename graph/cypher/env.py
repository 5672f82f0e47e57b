"""Names for variables and parameters, in the order in which the text needs them.

The same tree always gives the same text, whatever the client called things:
Neo4j plans a statement again for as little as another space.
"""


class Environment:
    """The names given so far in one statement."""

    def __init__(self) -> None:
        self._variables: dict[int, str] = {}
        self._parameters: dict[int, str] = {}
        self.parameters: list[object] = []
        """What each parameter stands for; `p0` is the first."""

    def variable(self, key: object) -> str:
        """The name of a variable, known by its identity."""
        return self._variables.setdefault(id(key), f"n{len(self._variables)}")

    def parameter(self, binding: object) -> str:
        """The name of a parameter, known by the identity of what it stands for."""
        found = self._parameters.get(id(binding))
        if found is None:
            found = self._parameters[id(binding)] = f"p{len(self.parameters)}"
            self.parameters.append(binding)
        return f"${found}"
