"""What becomes of each node type and relationship type of one model in another."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.mapping.model import GraphModel, Property
from loaders.carry import Carrier
from loaders.written import described, restored


class Transition:
    """Which types are declared still, or under another name, and who carries their properties."""

    def __init__(self, was: str, model: GraphModel) -> None:
        self.was, self.now = restored(was), restored(described(model))
        types = {kind.name: kind.formerly for kind in model.types}
        links = {relationship.type: relationship.formerly for relationship in model.relationships}
        self.types = _carried(self.was.nodes, self.now.nodes, types)
        renamed = _carried(self.was.links, self.now.links, links)
        self.links = {old: new for old, new in renamed.items() if self._joins_same(old, new)}
        names = {
            **{kind.name: kind.properties for kind in model.types},
            **{
                relationship.type: relationship.edge.properties
                for relationship in model.relationships
            },
        }
        self.carriers = {
            old: Carrier(self.was, self.now, old, new, _formerly(names[new]))
            for old, new in (*self.types.items(), *self.links.items())
        }

    def _joins_same(self, old: str, new: str) -> bool:
        before, now = self.was.links[old], self.now.links[new]
        ends = [self.types.get(end) for end in (before.source, before.target)]
        return ends == [now.source, now.target]

    @property
    def dropped_indexes(self) -> list[str]:
        """Names of constraints and indexes that nothing needs any more."""
        return sorted(set(self.was.indexes) - set(self.now.indexes))

    def sentences(self) -> list[str]:
        """What is under another name, and what becomes of properties."""
        texts = [f"{old} is {new} now" for old, new in (*self.types.items(), *self.links.items())
                 if old != new]  # fmt: skip
        return texts + [text for carrier in self.carriers.values() for text in carrier.sentences()]

    def id_of(self, id_: str) -> str:
        """An id as it is now."""
        type_, _, slug = id_.partition(":")
        return f"{self.types.get(type_, type_)}:{slug}"

    def restates(self, old: str) -> bool:
        """Whether relationships of a type that is carried over have to be written anew."""
        before, now = self.was.links[old], self.now.links[self.links[old]]
        ends_are_renamed = any(self.types[end] != end for end in (before.source, before.target))
        return (
            self.carriers[old].changes
            or old != self.links[old]
            or ends_are_renamed
            or (now.one and not before.one)
            or now.key != before.key
        )


def _carried(
    was: Mapping[str, Any], now: Mapping[str, Any], formerly: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """What is declared still or under another name: the old name -> the name of now."""
    carried = {name: name for name in was if name in now}
    for name, names in formerly.items():
        if name in was or name not in now:
            continue
        old = next((one for one in names if one in was and one not in carried), None)
        if old:
            carried[old] = name
    return carried


def _formerly(declared: Iterable[Property]) -> dict[str, tuple[str, ...]]:
    return {prop.name: prop.formerly for prop in declared if prop.formerly}
