"""What sources of registers share: their own Source node, evidence, slugs, mended text."""

import re
from collections.abc import Mapping
from datetime import date
from hashlib import blake2b
from typing import Any
from unicodedata import normalize

from graph.mapping.fold import fold
from graph.mapping.kinds import NUMBER, WHOLE
from loaders.records import IdentifierRecord, NodeRecord, Place, RelationshipRecord
from loaders.table import Row

READ_ON = "2026-11-23"
"""The day the registers and their licences were looked at; the same for all editions, so that a
new edition changes what it says otherwise and nothing else."""
_TWICE_ENCODED = re.compile(r"[\u00c2-\u00f4][\u0080-\u00bf]+")


class Register:
    """Makes records that rest on one register."""

    def __init__(self, name: str) -> None:
        self.slug = f"register-{name}"
        self.evidence: Mapping[str, Any] = {
            "sources": [self.slug],
            "confidence": "SINGLE",
            "readOn": READ_ON,
        }

    def source(self, title: str, publisher: str, licence: str, link: str | None) -> NodeRecord:
        """The Source node that all its statements rest on."""
        fields = {"name": title, "publisher": publisher, "licence": licence, "link": link}
        return NodeRecord(
            "Source",
            self.slug,
            {**self.evidence, **fields, "howRead": "the register's own files, by a loader"},
            Place(self.slug, 1, 1),
        )

    def node(self, type_: str, slug_: str, place: Place, **properties: Any) -> NodeRecord:
        return NodeRecord(type_, slug_, {**self.evidence, **properties}, place)

    def link(
        self,
        type_: str,
        start: str,
        end: str,
        place: Place,
        fields: Mapping[str, Any] | None = None,
        *,
        key: str = "",
    ) -> RelationshipRecord:
        """A relationship; one without fields of its own shares its properties with all others."""
        properties = {**self.evidence, **fields} if fields else self.evidence
        return RelationshipRecord(type_, start, end, properties, place, key=key)

    def code(
        self,
        owner: str,
        scheme: str,
        value: str,
        place: Place,
        *,
        version: str = "",
        match: str = "EXACT",
        label: str | None = None,
    ) -> IdentifierRecord:
        return IdentifierRecord(
            owner, scheme, version, value, label, {**self.evidence, "matchType": match}, place
        )


def slug(*parts: str) -> str:
    """A slug from codes or words: `ukprn`, `10007842` -> `ukprn-10007842`."""
    return re.sub(r"[^a-z0-9]+", "-", fold(" ".join(parts))).strip("-")


def key_slug(key: str) -> str:
    """A slug from a key in any script: what a slug cannot say of it stands as a hash."""
    plain = slug(key)
    if plain and re.fullmatch(r"[a-z0-9\s._/:,;()'&-]+", fold(key)):
        return plain
    mark = blake2b(normalize("NFC", key).encode(), digest_size=5).hexdigest()
    return f"{plain}-{mark}" if plain else mark


def shown(text: str) -> str:
    """A text in quotes, short enough for a sentence."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def words(text: str) -> str:
    """One line of text: blanks of all kinds are single ones."""
    return " ".join(text.split())


def mend(text: str) -> str:
    """Undo UTF-8 that was read as Latin-1 and written again: three letters for an apostrophe."""
    return _TWICE_ENCODED.sub(_decoded, text) if max(text, default="") >= "\u00c2" else text


def _decoded(match: re.Match[str]) -> str:
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeError:
        return match[0]


def lines(text: str) -> list[str]:
    """The lines of a cell as a list, each once, without blanks."""
    return list(dict.fromkeys(one for line in text.splitlines() if (one := words(line))))


def number(row: Row, column: str) -> float | None:
    """A decimal number of a cell; what is none is reported, empty is null."""
    text = row[column]
    if not text:
        return None
    if NUMBER.fullmatch(text):
        return float(text)
    row.problem(column, f"{column} is {shown(text)}, which is not a number.", "Write it as 12.5.")
    return None


def whole(row: Row, column: str) -> int | None:
    """A whole number of a cell; what is none is reported, empty is null."""
    text = row[column]
    if not text:
        return None
    if not WHOLE.fullmatch(text):
        row.problem(
            column, f"{column} is {shown(text)}, which is not a whole number.", "Write it as 12."
        )
        return None
    return int(text.partition(".")[0])


def day(row: Row, column: str, pattern: str) -> str | None:
    """A date of a cell as ISO 8601; `pattern` has groups y, m and d."""
    text = row[column]
    if not text:
        return None
    match = re.fullmatch(pattern, text)
    try:
        if match:
            return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
    except ValueError:
        pass
    row.problem(column, f"{column} is {text!r}, which is not a date.", "Write it as in other rows.")
    return None
