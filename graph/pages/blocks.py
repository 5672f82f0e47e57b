"""What single types show besides what follows from their declaration."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """More to ask of a type, and the template that shows it under `entity`."""

    selection: str
    template: str


BLOCKS: Mapping[str, Block] = {
    "Role": Block(
        "similar(first: 5) { role { __typename slug name }"
        " reasons { sentence entities { name } } }",
        "kinds/role.html",
    ),
}
