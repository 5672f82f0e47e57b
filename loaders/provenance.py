"""What several sources say of one thing, and what is shown of it.

A thing that one source asserts has what it says as plain properties. Where
several do, each one's statement is kept too (`said_<source>`, JSON), and what
is shown follows the order of sources: the first that knows a value gives it.
Other names are collected; sources are all named. Where values differ, the
property `disputes` says so, one JSON text each.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson

from graph.mapping.fold import composed, cut, fold
from graph.mapping.kinds import Kind
from graph.mapping.model import Property
from graph.mapping.storage import NAME, NAMES, SHORT, SHORT_NAME_LETTERS, WORDS
from loaders.precedence import sequence

Statement = Mapping[str, Any]
_DIGEST, _SAID = "digest_", "said_"
_NEVER_DISPUTED = {
    "slug",
    "kind",
    "sources",
    "confidence",
    "readOn",
    "altNames",
    "notes",
    "replacedBy",
}
_COLLECTED = ("altNames", "sources")


def asserting(stored: Mapping[str, Any]) -> list[str]:
    """The sources that assert a stored node or relationship."""
    return [key.removeprefix(_DIGEST) for key in stored if key.startswith(_DIGEST)]


def statements(
    stored: Mapping[str, Any], declared: Sequence[Property], *, but: str
) -> dict[str, Statement]:
    """What each source says of a stored thing, all but one source."""
    by_source: dict[str, Statement] = {}
    for source in asserting(stored):
        if source == but:
            continue
        text = stored.get(f"{_SAID}{source}")
        if text is not None:
            by_source[source] = orjson.loads(text)
        else:
            unsaid = stored.get("unsaid") or ()
            by_source[source] = statement(
                {prop.name: stored.get(prop.name) for prop in declared}, declared, unsaid
            )
    return by_source


def statement(
    values: Mapping[str, Any], declared: Sequence[Property], but: Sequence[str] = ()
) -> Statement:
    """What is given, in one form: without what is null, and without the slug, which is nobody's."""
    return {
        prop.name: _as_stored(prop.kind, values[prop.name])
        for prop in declared
        if values.get(prop.name) not in (None, []) and prop.name not in but and prop.name != "slug"
    }


def _as_stored(kind: Kind, value: Any) -> Any:
    """Numbers of one type; texts composed, however a source writes its accents."""
    if kind is Kind.FLOAT:
        return float(value)
    if kind is not Kind.TEXT:
        return value
    if isinstance(value, list):
        return [composed(one) for one in cast(list[str], value)]
    return composed(value)


def shown(
    by_source: Mapping[str, Statement], declared: Sequence[Property], order: Mapping[str, int]
) -> dict[str, Any]:
    """The properties to store for what these sources say; null for what has to go."""
    ranked = sequence(order, by_source)
    values: dict[str, Any] = {}
    disputes: list[str] = []
    unsaid: list[str] = []
    for prop in declared:
        if prop.name == "slug":
            continue
        pairs = [
            (source, by_source[source][prop.name])
            for source in ranked
            if by_source[source].get(prop.name) not in (None, [])
        ]
        if prop.name in _COLLECTED:
            values[prop.name] = list(dict.fromkeys(v for _, members in pairs for v in members))
        else:
            values[prop.name] = pairs[0][1] if pairs else _default(prop)
        if not pairs and prop.default is not None:
            unsaid.append(prop.name)
        if prop.name not in _NEVER_DISPUTED and len({_plain(value) for _, value in pairs}) > 1:
            disputes.append(
                _json({"property": prop.name, "says": [[s, _text(v)] for s, v in pairs]})
            )
    _keep_names(values, by_source, ranked)
    several = len(by_source) > 1
    return {
        **stored_values(values, declared),
        "unsaid": unsaid or None,
        "disputes": disputes or None,
        "disputed": [orjson.loads(text)["property"] for text in disputes] or None,
        **{
            f"{_SAID}{source}": _json(by_source[source]) if several else None
            for source in by_source
        },
    }


def _keep_names(
    values: dict[str, Any], by_source: Mapping[str, Statement], ranked: Sequence[str]
) -> None:
    """A name that is not shown as the name is another name."""
    if "altNames" not in values or len(by_source) < 2:
        return
    names = [by_source[source]["name"] for source in ranked if by_source[source].get("name")]
    # Whoever changes a graph by hand can take all names away: `verify` is to tell it, not to fail.
    known = {fold(name) for name in (values["name"], *values["altNames"]) if name}
    for name in names:
        if fold(name) not in known:
            known.add(fold(name))
            values["altNames"].append(name)


def _default(prop: Property) -> Any:
    return [] if prop.many else prop.default


def stored_values(values: Mapping[str, Any], declared: Sequence[Property]) -> dict[str, Any]:
    """Declared values as they are stored, with the folded copies of text and its words."""
    stored = dict(values)
    texts: list[str] = []
    for prop in declared:
        value = values.get(prop.name)
        if prop.is_folded:
            stored[prop.folded] = _folded(value)
        if not prop.searched or value is None:
            continue
        if prop.name == "name":
            stored[NAME] = cut(value)
            texts.append(stored[NAME])
        elif prop.name == "altNames":
            stored[NAMES] = [cut(name) for name in value]
            texts += stored[NAMES]
            stored[SHORT] = [name for name in stored[NAMES] if _is_short(name)] or None
        else:
            texts.append(cut(value))
    if any(prop.searched for prop in declared):
        stored[WORDS] = " ".join(texts) or None
    return stored


def _is_short(name: str) -> bool:
    return len(name) <= SHORT_NAME_LETTERS and name.isalpha()


def _folded(value: str | list[str] | None) -> str | list[str] | None:
    if value is None:
        return None
    return [fold(one) for one in value] if isinstance(value, list) else fold(value)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return fold(value)
    return tuple(cast(list[Any], value)) if isinstance(value, list) else value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
