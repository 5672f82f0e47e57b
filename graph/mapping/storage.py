"""Model -> the constraints and indexes that queries and loads rely on.

Names are made from label and property, so that applying them again changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping

from graph.cypher import escape
from graph.mapping.model import GraphModel, NodeType, Relationship

FORMAT = 4
"""How the graph is stored; one more where a graph has to be loaded anew to be read rightly."""
SOURCE = "Source"
"""The node type that every statement rests on; a model must declare it."""
SEARCH_INDEX = "entity_words"
NAME, NAMES, CODES, WORDS, SHORT = "nameWords", "altNamesWords", "codes", "words", "shortNames"
"""What the search over all types finds an entity by: words with a space between, see `fold.cut`.

`words` are those of names, other names and texts, so that a word that stands in several of them
is found once; `shortNames` are other names of one word, which may be abbreviations.
"""
SHORT_NAME_LETTERS = 5
"""Letters of such a name, at most."""
WORDS_OF_OTHERS = " | "
"""What stands in `words` between those of a curated entity and those of its counterparts' names."""
FOLDED = "Folded"
"""The label of a register's entity that a curated one is a counterpart of."""
CURATED = "Curated"
"""The label of what a curated source has an entry for, besides what registers say of it."""
_ENTITY = frozenset(
    (
        *("id", "addedIn", "changedIn", "disputes", "disputed", "replacedBy"),
        *(NAME, NAMES, CODES, WORDS, SHORT),
    )
)
BOOKKEEPING: Mapping[str, frozenset[str]] = {
    "Entity": _ENTITY,
    "Retired": _ENTITY,
    "Staged": _ENTITY,
    CURATED: _ENTITY,
    FOLDED: _ENTITY,
    "Identifier": frozenset(("scheme", "schemeVersion", "value", "label")),
    "DataVersion": frozenset(("name", "version", "at", "sequence", "format")),
    "Load": frozenset(("version", "at", "sequence", "source")),
    "LoadRun": frozenset(
        (
            *("number", "source", "at", "version", "files", "read", "added", "changed", "retired"),
            *("unchanged", "rejected", "reasons", "seconds", "written", "rowsPerSecond"),
        )
    ),
    "DanglingReference": frozenset(("source", "type", "from", "to", "key", "reason", "place")),
}
"""Nodes and properties that every graph has besides the declared ones, for hand-written Cypher."""
BOOKKEEPING_RELATIONSHIPS: Mapping[str, frozenset[str]] = {
    "IDENTIFIED_BY": frozenset(("matchType", "sources", "confidence", "readOn")),
    "REPLACED_BY": frozenset(),
}


def key_of(relationships: Iterable[Relationship], link: str) -> str:
    """The Cypher expression of what tells parallel relationships apart: the key of each type."""
    keyed = [relationship for relationship in relationships if relationship.key]
    cases = "".join(
        f" WHEN {escape.constant(relationship.type)} THEN {link}.{escape.name(relationship.key)}"
        for relationship in keyed
    )
    return f"CASE type({link}){cases} ELSE '' END" if keyed else "''"


def schema_statements(model: GraphModel) -> tuple[str, ...]:
    """One Cypher statement a constraint or index, in a fixed order."""
    return tuple(_statements(model))


def schema_names(model: GraphModel) -> frozenset[str]:
    """The names of all these constraints and indexes; a constraint's index has its name."""
    words = (text.partition(" IF NOT EXISTS")[0] for text in _statements(model))
    return frozenset(text.rpartition(" ")[2].strip("`") for text in words)


def _statements(model: GraphModel) -> Iterator[str]:
    yield _unique("Entity", "id")
    yield _unique("Retired", "id")
    yield _unique("Identifier", "scheme", "schemeVersion", "value")
    yield _unique("DataVersion", "name")
    yield _unique("Load", "version")
    yield _unique("Release", "name")
    yield _unique("LoadLease", "name")
    yield _unique("Staged", "id")
    yield _index("DanglingReference", "source", "place")
    yield _index("Identifier", "value")
    yield _index("Entity", "changedIn")
    yield _index("Retired", "changedIn")
    yield _full_text()
    for kind in model.types:
        yield _unique(kind.name, "slug")
        yield from _indexes(kind, kind.name)
        for part in kind.subsets:
            yield _unique(part.label, "slug")
            yield from _indexes(kind, part.label)


def _indexes(kind: NodeType, label: str) -> Iterator[str]:
    yield _index(label, "nameFolded", "slug")
    yield _index(label, "nameFolded", text=True)
    for prop in kind.properties:
        if prop.indexed and prop.name != "name":
            yield _index(label, prop.folded)


def _unique(label: str, *keys: str) -> str:
    columns = ", ".join(f"n.{escape.name(key)}" for key in keys)
    return (
        f"CREATE CONSTRAINT {_name(label, *keys, 'unique')} IF NOT EXISTS "
        f"FOR (n:{escape.name(label)}) REQUIRE ({columns}) IS UNIQUE"
    )


def _index(label: str, *keys: str, text: bool = False) -> str:
    columns = ", ".join(f"n.{escape.name(key)}" for key in keys)
    kind = "TEXT" if text else "RANGE"
    return (
        f"CREATE {kind} INDEX {_name(label, *keys, kind.lower())} IF NOT EXISTS "
        f"FOR (n:{escape.name(label)}) ON ({columns})"
    )


def _full_text() -> str:
    """One index for the search over all types.

    Words are cut where they are stored, by what cuts the words asked for: Lucene's own
    tokenizers keep `nurse's`, `asp.net` and `11-1011.00` whole, and nobody would find them.

    What is staged stands in it (`Indexed`) before it is shown, and search leaves it out:
    of all that the last transaction of a load had to write, this was the largest part.
    """
    columns = ", ".join(f"n.{escape.name(name)}" for name in (NAME, NAMES, CODES, WORDS, SHORT))
    return (
        f"CREATE FULLTEXT INDEX {SEARCH_INDEX} IF NOT EXISTS"
        f" FOR (n:Entity|Indexed) ON EACH [{columns}]"
        " OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
    )


def _name(*parts: str) -> str:
    return escape.name("_".join(parts).lower())
