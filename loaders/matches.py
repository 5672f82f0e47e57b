"""Proposed matches as YAML, for a curator to accept into the seed.

An entity of the seed and one of a register that are called the same, of one type, with no code in
common: the register's own codes are proposed for the seed's entry. Nothing is joined by it.
"""

from io import StringIO
from typing import Any

from ruamel.yaml import YAML

from graph.database.session import Database
from graph.mapping.model import GraphModel
from graph.mapping.storage import CURATED
from graph.schema.counterparts import PROPOSED_MATCHES
from loaders.workspace import IDENTIFIED_BY

_HEAD = """\
# Entries of the seed and entities of registers that are called the same: proposals, no more.
# Look at each; put the `identifiers` of those that are right into the entry in seed/.
# `matchType: CLOSE` keeps both as counterparts; `EXACT` makes one entity of both.
"""
_PROPOSED = (
    f"{PROPOSED_MATCHES.clauses} WITH one, other WHERE one:{CURATED}"
    f" MATCH (other)-[r:{IDENTIFIED_BY}"
    " {matchType: 'EXACT'}]->(code:Identifier) WITH one, other, code"
    " ORDER BY one.id, other.id, code.scheme, code.schemeVersion, code.value"
    " RETURN split(one.id, ':')[0], one.slug, one.name, other.name, code.scheme,"
    " code.schemeVersion, code.value"
)


async def proposals(database: Database, model: GraphModel) -> tuple[str, int]:
    """The YAML, and how many entries of the seed it has proposals for."""
    document: dict[str, dict[str, Any]] = {}
    for type_, slug, name, label, scheme, version, value in await database.rows(_PROPOSED):
        entries = document.setdefault(model[type_].plural, {})
        entry = entries.setdefault(slug, {"slug": slug, "name": name, "identifiers": []})
        code = {"scheme": scheme, "schemeVersion": version, "value": value}
        code |= {"label": label, "matchType": "CLOSE"}
        entry["identifiers"].append({key: text for key, text in code.items() if text})
    text = StringIO()
    yaml = YAML()
    yaml.width = 100
    yaml.dump({plural: list(entries.values()) for plural, entries in document.items()}, text)  # pyright: ignore[reportUnknownMemberType]
    return _HEAD + text.getvalue(), sum(map(len, document.values()))
