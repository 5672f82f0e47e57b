"""YAML as values that know their line and column, by ruamel.yaml's node graph."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from loaders.problems import Problem
from loaders.records import Place

Report = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class Located:
    """A scalar, a list or a map, and where it begins."""

    value: "Scalar | Sequence[Located] | Mapping[str, Located]"
    place: Place
    keys: Mapping[str, Place]

    @property
    def items(self) -> "Sequence[Located]":
        """The members of a list."""
        return cast("Sequence[Located]", self.value)

    @property
    def members(self) -> "Mapping[str, Located]":
        """The members of a map."""
        return cast("Mapping[str, Located]", self.value)

    @property
    def kind(self) -> str:
        """What it is, in words."""
        if isinstance(self.value, dict):
            return "a map"
        if isinstance(self.value, list):
            return "a list"
        if self.value is None:
            return "empty"
        return _WORDS.get(type(self.value), "a value")


_MOST_NODES = 2_000_000
Scalar = str | int | float | bool | date | None
_WORDS: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date",
}


def read_yaml(file: Path, name: str, report: Report) -> Located | None:
    """The one document of a file, or None where it cannot be read; problems are reported."""
    try:
        text = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        report(
            Problem(Place(name, 1, 1), f"The file cannot be read: {error}.", "Save it as UTF-8.")
        )
        return None
    try:
        node = cast(Any, YAML(typ="safe", pure=True)).compose(text)
    except MarkedYAMLError as error:
        details = cast(Any, error)
        mark = details.problem_mark or details.context_mark
        place = Place(name, mark.line + 1, mark.column + 1) if mark else Place(name, 1, 1)
        report(
            Problem(
                place, f"This is not YAML: {details.problem}.", "See the line and the one above."
            )
        )
        return None
    except YAMLError as error:
        report(Problem(Place(name, 1, 1), f"This is not YAML: {error}.", "Check the file."))
        return None
    if node is None:
        report(Problem(Place(name, 1, 1), "The file is empty.", "Fill it or remove it."))
        return None
    if not _is_finite(node):
        what = "An alias (`*name`) stands for too much, or for what it is a part of."
        report(Problem(Place(name, 1, 1), what, "Write it out."))
        return None
    return _located(node, name, report)


def _is_finite(root: Node) -> bool:
    """Whether all that the document says, aliases written out, is of a size that can be read."""
    sizes: dict[int, int] = {}
    open_: set[int] = set()

    def size(node: Node) -> int:
        if id(node) in open_:
            return _MOST_NODES
        if id(node) not in sizes:
            open_.add(id(node))
            sizes[id(node)] = min(1 + sum(map(size, _parts(node))), _MOST_NODES)
            open_.discard(id(node))
        return sizes[id(node)]

    return size(root) < _MOST_NODES


def _parts(node: Node) -> list[Node]:
    """The members of a list; the keys and values of a map."""
    if isinstance(node, SequenceNode):
        return cast(list[Node], node.value)
    if isinstance(node, MappingNode):
        pairs = cast(list[tuple[Node, Node]], node.value)
        return [one for pair in pairs for one in pair]
    return []


def _located(node: Node, name: str, report: Report) -> Located:
    mark = cast(Any, node.start_mark)
    place = Place(name, mark.line + 1, mark.column + 1)
    if isinstance(node, MappingNode):
        return _mapping(node, place, name, report)
    if isinstance(node, SequenceNode):
        items = [_located(item, name, report) for item in cast(list[Node], node.value)]
        return Located(items, place, {})
    return Located(_scalar(cast(ScalarNode, node), place, report), place, {})


def _mapping(node: MappingNode, place: Place, name: str, report: Report) -> Located:
    members: dict[str, Located] = {}
    keys: dict[str, Place] = {}
    for key_node, value_node in cast(list[tuple[Node, Node]], node.value):
        mark = cast(Any, key_node.start_mark)
        key_place = Place(name, mark.line + 1, mark.column + 1)
        key = str(cast(Any, key_node).value)
        if key in members:
            report(
                Problem(
                    key_place,
                    f"The key {key!r} is given twice; first at line {keys[key].line}.",
                    "Keep one of the two.",
                )
            )
            continue
        keys[key] = key_place
        members[key] = _located(value_node, name, report)
    return Located(members, place, keys)


def _scalar(node: ScalarNode, place: Place, report: Report) -> Scalar:
    text = str(cast(Any, node).value)
    tag = str(cast(Any, node).tag).rsplit(":", 1)[-1]
    try:
        match tag:
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text, 0) if not text.lstrip("+-").startswith("0") else int(text)
            case "float":
                return float(text)
            case "timestamp":
                return date.fromisoformat(text)
            case _:
                return text
    except ValueError:
        report(Problem(place, f"{text!r} is no {tag}.", "Write it out, or put it in quotes."))
        return None
