"""What single types show besides what follows from their declaration."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """More to ask of a type, and the template that shows it under `entity`.

    `root` is asked beside it, where `$id` is the thing; the template has it under `asked`.
    """

    selection: str
    template: str
    root: str = ""


BLOCKS: Mapping[str, Block] = {
    "Role": Block(
        "similar(first: 5) { role { __typename slug name }"
        " reasons { sentence entities { name } } }",
        "kinds/role.html",
    ),
    "Source": Block(
        "",
        "kinds/source.html",
        "supportedBy(source: $id, first: 50) { entities { type count } statements { relationship"
        " totalCount statements { about { __typename slug name } entity { __typename slug name }"
        " confidence } } }",
    ),
}
