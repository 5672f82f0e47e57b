"""The seed: curated YAML files, one a node type, read into records.

A file `<plural>.yaml` holds a list under the plural's name, and may give a
`readOn` for all that is in it. An entry has the type's properties, its evidence
(`sources`, `confidence`), `identifiers`, and the relationships that its type
declares: each a slug, or a map `{to: slug, ...}` with the relationship's own
fields and evidence. Evidence that is not given is taken from the entry, and
`readOn` from the file.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from graph.mapping.declare import Link, declared_edge
from graph.mapping.enums import MatchType
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel, NodeType, Property, Relationship
from loaders.problems import Problem
from loaders.records import IdentifierRecord, NodeRecord, Place, Records, RelationshipRecord
from loaders.yaml import Located, read_yaml

NAME = "seed"
_EVIDENCE = ("sources", "confidence", "readOn")
_IDENTIFIER = (
    Property("scheme", "", Kind.TEXT, nullable=False, many=False),
    Property("schemeVersion", "", Kind.TEXT, nullable=True, many=False),
    Property("value", "", Kind.TEXT, nullable=False, many=False),
    Property("label", "", Kind.TEXT, nullable=True, many=False),
    Property("matchType", "", Kind.ENUM, nullable=False, many=False, enum=MatchType),
    *declared_edge(Link).properties,
)


def file_name(kind: NodeType) -> str:
    """The seed file of a node type: `serviceAreas` -> `service-areas.yaml`."""
    return re.sub(r"([A-Z])", lambda match: f"-{match[1].lower()}", kind.plural) + ".yaml"


def read_seed(folder: Path, model: GraphModel) -> tuple[Records, list[Problem]]:
    """All records of a folder, and all problems of form; a record with one is left out."""
    reader = _Reader(folder, model)
    for kind in model.types:
        reader.read(kind)
    reader.check_strays()
    return reader.records(), reader.problems


class _Reader:
    def __init__(self, folder: Path, model: GraphModel) -> None:
        self.problems: list[Problem] = []
        self._folder = folder
        self._model = model
        self._nodes: list[NodeRecord] = []
        self._relationships: list[RelationshipRecord] = []
        self._identifiers: list[IdentifierRecord] = []
        self._left_out: set[str] = set()
        self._entry_at: Place | None = None

    def records(self) -> Records:
        """What was read."""
        return Records(
            NAME,
            tuple(self._nodes),
            tuple(self._relationships),
            tuple(self._identifiers),
            frozenset(self._left_out),
        )

    def read(self, kind: NodeType) -> None:
        """Read the file of one node type; a type without a file has no entries."""
        file = self._folder / file_name(kind)
        if not file.exists():
            return
        document = read_yaml(file, self._shown(file), self.problems.append)
        if document is None:
            return
        if document.kind != "a map" or kind.plural not in document.members:
            remedy = f"Begin with `{kind.plural}:` and a list of entries."
            self._problem(document.place, f"The file has no list `{kind.plural}`.", remedy)
            return
        for key, place in document.keys.items():
            if key not in (kind.plural, "readOn"):
                self._problem(place, f"{key!r} has no meaning here.", "Remove it.")
        entries = document.members[kind.plural]
        if entries.kind != "a list":
            self._problem(entries.place, f"`{kind.plural}` is {entries.kind}.", "Make it a list.")
            return
        defaults = {"readOn": document.members["readOn"]} if "readOn" in document.members else {}
        for entry in entries.items:
            self._whole_entry(kind, entry, defaults)

    def check_strays(self) -> None:
        """Report files that belong to no node type: they would be skipped in silence."""
        known = {file_name(kind) for kind in self._model.types}
        if not self._folder.is_dir():
            self._problem(
                Place(str(self._folder), 1, 1), "There is no such folder.", "Name another."
            )
            return
        if not (self._nodes or self.problems):
            what = "No file of the folder has an entry."
            self._problem(Place(str(self._folder), 1, 1), what, "Is it the right folder?")
        for file in sorted(self._folder.glob("*.y*ml")):
            if file.name not in known:
                remedy = f"Rename it; files are {', '.join(sorted(known))}."
                self._problem(Place(self._shown(file), 1, 1), "No node type has this file.", remedy)

    def _whole_entry(self, kind: NodeType, entry: Located, defaults: Mapping[str, Located]) -> None:
        """Take in all that an entry says, or where it has a problem nothing of it."""
        if entry.kind != "a map":
            self._problem(entry.place, f"An entry is {entry.kind}.", "Make it a map.")
            return
        lists = (self._nodes, self._relationships, self._identifiers)
        before = [len(taken) for taken in lists]
        problems = len(self.problems)
        self._entry_at = entry.place
        self._entry(kind, entry, defaults)
        self._entry_at = None
        if len(self.problems) > problems:
            for taken, length in zip(lists, before, strict=True):
                del taken[length:]
            if slug := entry.members.get("slug"):
                self._left_out.add(f"{kind.name}:{slug.value}")

    def _entry(self, kind: NodeType, entry: Located, defaults: Mapping[str, Located]) -> None:
        members = {**defaults, **entry.members}
        ends = {relationship.name: relationship for relationship in kind.relationships}
        names = {prop.name for prop in kind.properties} | {"identifiers", "replacedBy"}
        self._unknown(entry, names | set(ends), kind.name)
        properties = self._properties(kind.properties, members, entry.place)
        if properties is None:
            return
        slug = str(properties["slug"])
        places = {name: located.place for name, located in members.items()}
        replaced_by = members.get("replacedBy")
        self._nodes.append(
            NodeRecord(
                kind.name,
                slug,
                properties,
                entry.place,
                places,
                f"{kind.name}:{replaced_by.value}" if replaced_by else None,
            )
        )
        owner = f"{kind.name}:{slug}"
        evidence = {name: members[name] for name in _EVIDENCE if name in members}
        for name, relationship in ends.items():
            if name in entry.members:
                self._related(relationship, owner, entry.members[name], evidence)
        if "identifiers" in entry.members:
            self._codes(owner, entry.members["identifiers"], evidence)

    def _related(
        self,
        relationship: Relationship,
        owner: str,
        value: Located,
        evidence: Mapping[str, Located],
    ) -> None:
        if relationship.one == (value.kind == "a list"):
            remedy = (
                "Give one slug, or one map."
                if relationship.one
                else "Make it a list of slugs or maps."
            )
            self._problem(value.place, f"{relationship.name} is {value.kind}.", remedy)
            return
        for item in [value] if relationship.one else value.items:
            if item.kind not in ("a map", "text"):
                remedy = "Give a slug, or a map with `to`."
                self._problem(
                    item.place, f"A member of {relationship.name} is {item.kind}.", remedy
                )
                continue
            members = item.members if item.kind == "a map" else {"to": item}
            self._unknown(
                item,
                {"to", *(prop.name for prop in relationship.edge.properties)},
                relationship.name,
            )
            target = members.get("to")
            if target is None or not isinstance(target.value, str):
                self._problem(
                    item.place, f"A member of {relationship.name} has no `to`.", "Give a slug."
                )
                continue
            stated = {**evidence, **members}
            properties = self._properties(relationship.edge.properties, stated, item.place)
            if properties is not None:
                self._relationships.append(
                    RelationshipRecord(
                        relationship.type,
                        owner,
                        f"{relationship.target}:{target.value}",
                        properties,
                        target.place,
                        {name: located.place for name, located in stated.items()},
                        str(properties[relationship.key]) if relationship.key else "",
                    )
                )

    def _codes(self, owner: str, value: Located, evidence: Mapping[str, Located]) -> None:
        if value.kind != "a list":
            self._problem(value.place, f"identifiers is {value.kind}.", "Make it a list of maps.")
            return
        for item in value.items:
            if item.kind != "a map":
                self._problem(item.place, f"An identifier is {item.kind}.", "Make it a map.")
                continue
            self._unknown(item, {prop.name for prop in _IDENTIFIER}, "identifiers")
            stated = {**evidence, **item.members}
            code = self._properties(_IDENTIFIER, stated, item.place)
            if code is not None:
                properties = {name: code[name] for name in ("matchType", *_EVIDENCE)}
                self._identifiers.append(
                    IdentifierRecord(
                        owner,
                        str(code["scheme"]),
                        str(code["schemeVersion"] or ""),
                        str(code["value"]),
                        code["label"],
                        properties,
                        item.place,
                        {name: located.place for name, located in stated.items()},
                    )
                )

    def _properties(
        self, declared: tuple[Property, ...], members: Mapping[str, Located], place: Place
    ) -> dict[str, Any] | None:
        """The declared properties as stored values, or None where one is wrong."""
        before = len(self.problems)
        values = {
            prop.name: self._property(prop, members.get(prop.name), place) for prop in declared
        }
        return values if len(self.problems) == before else None

    def _property(self, prop: Property, member: Located | None, place: Place) -> Any:
        if prop.many:
            return list(self._texts(prop, member)) if member else self._missing_list(prop, place)
        if member is None or member.value is None:
            if not prop.nullable:
                at = member.place if member else place
                self._problem(at, f"{prop.name} is missing.", f"Give it: {_expected(prop)}.")
            return None
        if not _fits(prop, member.value):
            shown = member.kind if member.kind in ("a map", "a list") else repr(member.value)
            self._problem(
                member.place, f"{prop.name} is {shown}.", f"It must be {_expected(prop)}."
            )
            return None
        return _stored(member.value)

    def _missing_list(self, prop: Property, place: Place) -> list[str]:
        if prop.name == "sources":
            self._problem(place, "The statement has no source.", "Give `sources`, a list of slugs.")
        return []

    def _texts(self, prop: Property, member: Located) -> Iterator[str]:
        if member.kind != "a list":
            self._problem(member.place, f"{prop.name} is {member.kind}.", "Make it a list.")
            return
        if prop.name == "sources" and not member.items:
            self._problem(member.place, "The statement has no source.", "Name one in `sources`.")
        for item in member.items:
            if isinstance(item.value, str):
                yield item.value
            else:
                self._problem(item.place, f"A member of {prop.name} is {item.kind}.", "Give text.")

    def _unknown(self, entry: Located, known: set[str], where: str) -> None:
        for key, place in entry.keys.items():
            if key not in known:
                near = _nearest(key, known)
                remedy = (
                    f"Did you mean {near!r}?" if near else f"Known are {', '.join(sorted(known))}."
                )
                self._problem(place, f"{where} has no {key!r}.", remedy)

    def _problem(self, place: Place, message: str, remedy: str) -> None:
        self.problems.append(Problem(place, message, remedy, record=self._entry_at))

    def _shown(self, file: Path) -> str:
        return str(Path(self._folder.name, file.name))


def _fits(prop: Property, value: object) -> bool:
    if isinstance(value, bool) and prop.kind is not Kind.BOOLEAN:
        return False
    if prop.enum:
        return value in prop.enum.__members__
    return isinstance(value, prop.kind.value.written)


def _expected(prop: Property) -> str:
    if prop.enum:
        return f"one of {', '.join(prop.enum.__members__)}"
    return prop.kind.value.expected


def _stored(value: object) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _nearest(name: str, known: set[str]) -> str | None:
    return next(iter(get_close_matches(name, known, 1)), None)
