"""A source of one's own: any table, read by a small mapping file and no code.

`docs/loaders.md` walks through one. A mapping file says how the rows of a CSV
file or of a workbook's sheet become nodes, identifiers and relationships.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

from graph.mapping.enums import MatchType
from graph.mapping.kinds import Kind
from graph.mapping.model import GraphModel, NodeType, Property
from loaders.problems import Problem, SourceRejected
from loaders.records import Record
from loaders.source import LAST, Files, FileShape, Owner, Report, Source
from loaders.sources import ORDER
from loaders.sources.columns import End, Node, Value, records_of
from loaders.sources.common import Register
from loaders.sources.seed import NAME as SEED
from loaders.table import Format, read_table
from loaders.yaml import Located, read_yaml

_TOP = {"source", "title", "publisher", "licence", "credit", "order", "file", "table", "nodes"}
_NEEDED = ("source", "title", "publisher", "licence", "file", "nodes")
_TABLE = {"encoding", "delimiter", "titleLines", "sheet", "blanks", "columns", "footer"}
_NODE = {"type", "key", "properties", "identifiers", "relationships"}
_VALUE = {"column", "split", "values", "value", "date"}
_CODE = {"scheme", "version", "column", "match"}
_END = {"column", "split", "to"}
_TEXT = str | int | float | bool
_MOST_TITLES = 10_000


class _Reader:
    """Checks a mapping file while it is read; every problem has its line."""

    def __init__(self, file: Path, model: GraphModel) -> None:
        self.file = file
        self.model = model
        self.problems: list[Problem] = []

    def problem(self, at: Located, message: str, remedy: str) -> None:
        self.problems.append(Problem(at.place, message, remedy))

    def members(self, at: Located, known: set[str], needed: Sequence[str]) -> dict[str, Located]:
        """The members of a map, which are known, and of which some are needed."""
        if at.kind != "a map":
            self.problem(at, f"This is {at.kind}.", f"Make it a map of {', '.join(sorted(known))}.")
            return {}
        for key, place in at.keys.items():
            if key not in known:
                remedy = f"Known are {', '.join(sorted(known))}."
                self.problems.append(Problem(place, f"{key!r} has no meaning here.", remedy))
        for key in needed:
            if key not in at.members:
                self.problem(at, f"{key!r} is missing.", "Give it.")
        return dict(at.members)

    def text(self, at: Located | None) -> str:
        if at is None:
            return ""
        if not isinstance(at.value, _TEXT):
            self.problem(at, f"This is {at.kind}.", "Give text.")
            return ""
        return str(at.value)

    def items(self, at: Located | None) -> Sequence[Located]:
        if at is None:
            return ()
        if at.kind != "a list":
            self.problem(at, f"This is {at.kind}.", "Make it a list.")
            return ()
        return at.items


def read_mapping(file: Path, model: GraphModel) -> Source:
    """The source that a mapping file describes; raise SourceRejected with every problem."""
    reader = _Reader(file, model)
    document = read_yaml(file, file.name, reader.problems.append)
    if document is None:
        raise SourceRejected(reader.problems)
    top = reader.members(document, _TOP, _NEEDED)
    texts = {name: reader.text(top.get(name)) for name in (*_NEEDED[:5], "credit")}
    if "source" in top and not re.fullmatch(r"[a-z][a-z0-9-]*", texts["source"]):
        reader.problem(
            top["source"], f"{texts['source']!r} is not a name.", "Use a-z, 0-9 and hyphens."
        )
    if texts["source"] == SEED or texts["source"] in ORDER:
        reader.problem(
            top["source"],
            f"{texts['source']!r} is the name of a source that Rolegraph has.",
            "Choose another.",
        )
    if "file" in top and re.search(r"[*?\\[]|://", texts["file"]):
        what = f"{texts['file']!r} is not the name of one file."
        reader.problem(top["file"], what, "Name the table that lies beside this file.")
    order = _order(reader, top.get("order"))
    form = _format(reader, top.get("table"))
    nodes = tuple(
        node for item in reader.items(top.get("nodes")) if (node := _node(reader, item)) is not None
    )
    if "nodes" in top and not nodes and not reader.problems:
        reader.problem(top["nodes"], "No node is described.", "Describe at least one.")
    if reader.problems:
        raise SourceRejected(reader.problems)
    text = file.read_text("utf-8-sig")
    return replace(_source(texts, form, nodes, text), order=order, owner=_owner(file, texts))


def _order(reader: _Reader, at: Located | None) -> int:
    """Its place among the sources whose word is shown: after the registers, if none is said."""
    if at is None:
        return LAST
    if type(at.value) is not int or not 1 <= at.value <= LAST:
        reader.problem(
            at, f"order is {at.value!r}.", f"Give a whole number from 1 to {LAST}, the first first."
        )
        return LAST
    return at.value


def _owner(file: Path, texts: Mapping[str, str]) -> Owner:
    def short(*parts: object) -> str:
        return blake2b(
            "\0".join(map(str, parts)).encode("utf-8", "surrogateescape"), digest_size=8
        ).hexdigest()

    place = file.resolve()
    return Owner(
        texts["title"],
        short(file.name, texts["title"], texts["publisher"]),
        short(place),
        short(place.parent / texts["file"]),
    )


def _source(
    texts: Mapping[str, str], form: Format, nodes: tuple[Node, ...], definition: str
) -> Source:
    name = texts["source"]
    register = Register(name)
    columns = sorted(set[str]().union(*(node.columns for node in nodes)))

    def read(files: Files, report: Report) -> Iterator[Record]:
        yield register.source(texts["title"], texts["publisher"], texts["licence"], None)
        for row in read_table(files["*"], columns, report, form):
            records = [record for node in nodes for record in records_of(register, name, node, row)]
            if not row.wrong:
                yield from records

    return Source(
        name=texts["source"],
        title=texts["title"],
        publisher=texts["publisher"],
        licence=texts["licence"],
        credit=texts["credit"],
        gives=", ".join(sorted({node.type for node in nodes})),
        folder=texts["file"],
        files=(FileShape("*", "the table that the mapping file describes"),),
        read=read,
        definition=definition,
    )


def _format(reader: _Reader, at: Located | None) -> Format:
    if at is None:
        return Format()
    members = reader.members(at, _TABLE, ())
    columns = tuple(reader.text(item) for item in reader.items(members.get("columns")))
    return Format(
        encoding=_encoding(reader, members.get("encoding")),
        delimiter=_delimiter(reader, members.get("delimiter")),
        titles=_titles(reader, members.get("titleLines")),
        columns=columns,
        sheet=reader.text(members.get("sheet")),
        blanks=frozenset(reader.text(item) for item in reader.items(members.get("blanks"))),
        is_wider=bool(columns),
        ends=tuple(reader.text(item) for item in reader.items(members.get("footer"))),
    )


def _encoding(reader: _Reader, at: Located | None) -> str:
    name = reader.text(at) or "utf-8-sig"
    try:
        is_text = "Az, \n".encode(name).decode(name) == "Az, \n" and "\n".encode(name)
        if is_text and name not in ("idna", "punycode"):
            return name
    except (LookupError, UnicodeError):
        pass
    if at:
        reader.problem(
            at, f"There is no encoding {name!r} of text.", "Known are utf-8, utf-16-le, cp1252."
        )
    return "utf-8-sig"


def _delimiter(reader: _Reader, at: Located | None) -> str:
    text = reader.text(at) or ","
    text = {"tab": "\t", "\\t": "\t"}.get(text, text)
    if at and (len(text) != 1 or text in '"\r\n'):
        reader.problem(at, f"{text!r} separates no cells.", "Give one character, or `tab`.")
        return ","
    return text


def _titles(reader: _Reader, at: Located | None) -> int:
    if at is None:
        return 0
    if type(at.value) is not int or not 0 <= at.value <= _MOST_TITLES:
        remedy = f"Give how many lines stand before the header, at most {_MOST_TITLES:,}."
        reader.problem(at, f"titleLines is {at.value!r}.", remedy)
        return 0
    return at.value


def _node(reader: _Reader, at: Located) -> Node | None:
    members = reader.members(at, _NODE, ("type", "key", "properties"))
    type_ = reader.text(members.get("type"))
    if type_ not in reader.model:
        if "type" in members:
            known = ", ".join(kind.name for kind in reader.model.types)
            reader.problem(members["type"], f"There is no node type {type_!r}.", f"Known: {known}.")
        return None
    kind = reader.model[type_]
    values = _values(reader, kind, members.get("properties"))
    codes = tuple(_code(reader, item) for item in reader.items(members.get("identifiers")))
    ends = _ends(reader, kind, members.get("relationships"))
    return Node(type_, reader.text(members.get("key")), values, codes, ends)


def _values(reader: _Reader, kind: NodeType, at: Located | None) -> tuple[Value, ...]:
    own = {"slug", "sources", "confidence", "readOn"}
    known = {prop.name: prop for prop in kind.properties if prop.name not in own}
    needed = [
        prop.name
        for prop in known.values()
        if not prop.nullable and not prop.many and prop.default is None
    ]
    if at is None:
        return ()
    values: list[Value] = []
    for name, item in reader.members(at, set(known), needed).items():
        if name not in known:
            continue
        if item.kind != "a map":
            values.append(Value(known[name], reader.text(item), "", None, None))
            continue
        parts = reader.members(item, _VALUE, ())
        if ("column" in parts) == ("value" in parts):
            reader.problem(item, f"{name} has no one place.", "Give either `column` or `value`.")
        values.append(
            Value(
                known[name],
                reader.text(parts.get("column")),
                reader.text(parts.get("split")),
                _words(reader, known[name], parts.get("values")),
                reader.text(parts["value"]) if "value" in parts else None,
                _date(reader, known[name], parts.get("date")),
            )
        )
    return tuple(values)


def _words(reader: _Reader, prop: Property, at: Located | None) -> dict[str, str] | None:
    """Which value each word of the file stands for."""
    if at is None:
        return None
    if at.kind != "a map":
        reader.problem(at, f"values is {at.kind}.", "Make it a map: `{word: VALUE}`.")
        return None
    meanings = {word: reader.text(to) for word, to in at.members.items()}
    for word, value in meanings.items():
        if prop.enum and value not in prop.enum.__members__:
            known = ", ".join(prop.enum.__members__)
            reader.problem(
                at.members[word], f"{prop.name} has no value {value!r}.", f"Known are {known}."
            )
    return meanings


def _date(reader: _Reader, prop: Property, at: Located | None) -> str:
    """`DD/MM/YYYY` as a regular expression."""
    text = reader.text(at)
    if at is None or not text:
        return ""
    if prop.kind is not Kind.DATE or sorted(re.findall("YYYY|MM|DD", text)) != ["DD", "MM", "YYYY"]:
        reader.problem(at, f"{text!r} is not a date pattern.", "Write it as DD/MM/YYYY.")
        return ""
    digits = {"YYYY": "(?P<y>[0-9]{4})", "MM": "(?P<m>[0-9]{1,2})", "DD": "(?P<d>[0-9]{1,2})"}
    return "".join(digits.get(part, re.escape(part)) for part in re.split("(YYYY|MM|DD)", text))


def _code(reader: _Reader, at: Located) -> tuple[str, str, str, str]:
    members = reader.members(at, _CODE, ("scheme", "column"))
    match = reader.text(members.get("match")) or "EXACT"
    if match not in MatchType.__members__:
        known = ", ".join(MatchType.__members__)
        reader.problem(members["match"], f"There is no match {match!r}.", f"Known are {known}.")
    return (
        reader.text(members.get("scheme")),
        reader.text(members.get("version")),
        reader.text(members.get("column")),
        match,
    )


def _ends(reader: _Reader, kind: NodeType, at: Located | None) -> tuple[End, ...]:
    if at is None:
        return ()
    known = {relationship.name: relationship for relationship in kind.relationships}
    ends: list[End] = []
    for name, item in reader.members(at, set(known), ()).items():
        if name not in known:
            continue
        members = reader.members(item, _END, ("column",))
        relationship = known[name]
        extra = [
            prop.name
            for prop in relationship.edge.properties
            if not prop.nullable and not prop.many
        ]
        if lacking := set(extra) - {"confidence", "readOn"}:
            shown = ", ".join(sorted(lacking))
            reader.problem(item, f"{name} needs {shown} too.", "Write a source for it in Python.")
        ends.append(
            End(
                relationship.type,
                relationship.target,
                reader.text(members.get("column")),
                reader.text(members.get("split")),
                reader.text(members.get("to")) or "{}",
            )
        )
    return tuple(ends)
