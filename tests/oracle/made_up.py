"""A made-up graph with what the seed has little of: nulls, equal values, missing relationships.

Nothing in it is claimed to exist. It is the same in every run.
"""

import random
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from graph.mapping.enums import MatchType
from graph.mapping.kinds import Kind
from graph.mapping.model import Property
from graph.schema import MODEL
from loaders.records import IdentifierRecord, NodeRecord, Place, Records, RelationshipRecord

_PLACE = Place("made-up")
_NAMES = ["Alpha", "alpha", "Älpha", "Beta", "beta two", "Gamma", "Ångström", "omega (old)", "Zeta"]
_TEXTS = ["Made up", "made UP", "Größe", "a.b", "x", "X", "long text of no meaning"]
_IN_BOTH = 6
"""Roles of the first source that the register has too, and says something else of."""
_COUNT = {"Role": 40, "Profession": 12, "ServiceArea": 12, "Skill": 15, "Source": 4}


def made_up_records() -> Records:
    """About 150 nodes of all types, with relationships at random; hierarchies have no cycles."""
    dice = random.Random(7)
    nodes: list[NodeRecord] = []
    slugs: dict[str, list[str]] = {}
    for kind in MODEL.types:
        slugs[kind.name] = [
            f"made-up-{kind.singular.lower()}-{at}" for at in range(_COUNT.get(kind.name, 10))
        ]
        for slug in slugs[kind.name]:
            values = {found.name: _value(dice, found) for found in kind.properties}
            values |= {"slug": slug, "name": dice.choice(_NAMES), "sources": _sources(dice)}
            nodes.append(NodeRecord(kind.name, slug, values, _PLACE))
    codes = [
        _code(dice, f"Role:{slug}", at, dice.choice([*MatchType]).name)
        for slug in slugs["Role"]
        for at in dice.sample(range(20), 2)
    ]
    shared = {code.value for at, code in enumerate(codes) if code.value in _values(codes[:at])}
    codes = [_close(code) if code.value in shared else code for code in codes]
    known = enumerate(slugs["Role"][:_IN_BOTH])
    codes += [_code(dice, f"Role:{slug}", 200 + at, "EXACT") for at, slug in known]
    return Records("seed", tuple(nodes), tuple(_relationships(dice, slugs)), tuple(codes))


def _values(codes: list[IdentifierRecord]) -> set[str]:
    return {code.value for code in codes}


def _close(code: IdentifierRecord) -> IdentifierRecord:
    """A code of several is exact for none of them."""
    exact = code.properties["matchType"] == "EXACT"
    return replace(code, properties={**code.properties, "matchType": "CLOSE"}) if exact else code


def made_up_register() -> Records:
    """Roles and skills that another source has, known by codes that some of the first have too."""
    dice = random.Random(8)
    nodes: list[NodeRecord] = []
    codes: list[IdentifierRecord] = []
    for at in range(30):
        type_ = dice.choice(["Role", "Role", "Skill"])
        slug = f"made-up-register-{at}"
        values = {found.name: _value(dice, found) for found in MODEL[type_].properties}
        values |= {"slug": slug, "name": dice.choice(_NAMES), "sources": _sources(dice)}
        nodes.append(NodeRecord(type_, slug, values, _PLACE))
        # A code beyond the first's is exact: such entities stay their own.
        codes.append(_code(dice, f"{type_}:{slug}", 100 + at, "EXACT"))
        codes.append(_code(dice, f"{type_}:{slug}", dice.randrange(20), "CLOSE"))
    codes += [_code(dice, "Role:made-up-role-0", 100 + at, "CLOSE") for at in range(0, 30, 4)]
    links = [_waiting(dice, node) for node in nodes[::5] if node.type == "Role"]
    both = [
        code for code in made_up_records().identifiers if code.properties["matchType"] == "EXACT"
    ]
    for code in both[:6]:
        # One with a role of the first source, of which it says something else.
        slug = f"made-up-register-{code.value}"
        values = {found.name: _value(dice, found) for found in MODEL["Role"].properties}
        values |= {"slug": slug, "name": dice.choice(_NAMES), "sources": _sources(dice)}
        nodes.append(NodeRecord("Role", slug, values, _PLACE))
        codes.append(replace(code, owner=f"Role:{slug}"))
    return Records("made-up-register", tuple(nodes), tuple(links), tuple(codes))


def made_up_loads() -> list[Records]:
    """What is loaded one after another: the last one says less, which is retired."""
    register = made_up_register()
    gone = {node.id for node in register.nodes[:3]}
    less = replace(
        register,
        nodes=tuple(node for node in register.nodes if node.id not in gone),
        relationships=tuple(link for link in register.relationships if link.start not in gone),
        identifiers=tuple(code for code in register.identifiers if code.owner not in gone),
    )
    return [made_up_records(), register, less]


def _waiting(dice: random.Random, node: NodeRecord) -> RelationshipRecord:
    """A relationship to what no source says."""
    kind = next(kind for kind in MODEL.relationships if kind.type == "WORKS_ACROSS")
    values = {found.name: _value(dice, found) for found in kind.edge.properties}
    values["sources"] = _sources(dice)
    return RelationshipRecord(kind.type, node.id, "Profession:made-up-nowhere", values, _PLACE)


def _code(dice: random.Random, owner: str, at: int, match: str) -> IdentifierRecord:
    said = {"matchType": match, "sources": _sources(dice), "confidence": "UNSURE"}
    said["readOn"] = "2026-01-01"
    return IdentifierRecord(owner, "MADE-UP", "1" if at % 2 else "", f"c{at}", None, said, _PLACE)


def _relationships(dice: random.Random, slugs: dict[str, list[str]]) -> list[RelationshipRecord]:
    found: list[RelationshipRecord] = []
    for kind in MODEL.relationships:
        for at, start in enumerate(slugs[kind.source]):
            ends = slugs[kind.target][:at] if kind.hierarchy else slugs[kind.target]
            most = 1 if kind.one else 4
            for end in dice.sample(ends, min(len(ends), dice.choice([0, 0, 1, 1, 2, most]), most)):
                if (kind.source, start) == (kind.target, end):
                    continue
                for key in ["a", "b"][: dice.choice([1, 2])] if kind.key else [""]:
                    values = {p.name: _value(dice, p) for p in kind.edge.properties}
                    values["sources"] = _sources(dice)
                    if kind.key:
                        values[kind.key] = key
                    found.append(
                        RelationshipRecord(
                            kind.type,
                            f"{kind.source}:{start}",
                            f"{kind.target}:{end}",
                            values,
                            _PLACE,
                            key=key,
                        )
                    )
    return found


def _sources(dice: random.Random) -> list[str]:
    return [f"made-up-source-{at}" for at in dice.sample(range(4), dice.choice([1, 1, 2]))]


def _value(dice: random.Random, found: Property) -> Any:
    if found.many:
        return [dice.choice(_TEXTS) for _ in range(dice.choice([0, 0, 1, 2, 3]))]
    if found.nullable and dice.random() < 0.4:
        return None
    match found.kind:
        case Kind.TEXT:
            return dice.choice(_TEXTS)
        case Kind.INT:
            return dice.randrange(1, 6)
        case Kind.FLOAT:
            return dice.choice([0.0, 1.5, -2.0, 1.5])
        case Kind.BOOLEAN:
            return dice.random() < 0.5
        case Kind.DATE:
            return (date(2026, 1, 1) + timedelta(days=dice.randrange(4))).isoformat()
        case Kind.ENUM:
            assert found.enum
            return dice.choice([member.name for member in found.enum])
