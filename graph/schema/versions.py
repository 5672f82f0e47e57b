"""Which data is being asked, what has changed since, and what may be asked."""

from dataclasses import fields
from enum import Enum

from graph.mapping.fragment import (
    NO_VERSION,
    Argument,
    Bound,
    Constant,
    Field,
    Key,
    Pages,
    Rows,
    Use,
    Value,
    number,
    one_of,
    text,
    view,
)
from graph.mapping.kinds import Kind
from graph.mapping.names import camel
from graph.settings import Limits


class ChangeKind(Enum):
    """What happened to an entity."""

    ADDED = "It was not there before."
    CHANGED = "The entity, one of its relationships or one of its codes has changed."
    RETIRED = "No source asserts it any more; it can still be looked up."


_LIMITS = {
    "body_bytes": "Bytes in the body of a request.",
    "tokens": "Tokens in a document.",
    "depth": "Levels of fields; introspection has limits of its own.",
    "aliases": "Aliases in an operation.",
    "root_fields": "Root fields in an operation.",
    "directives": "Directives in an operation.",
    "expanded_fields": "Fields of an operation with its fragments expanded.",
    "planned_fields": "Fields of an operation, counted once for each type that an object may have"
    " and once for each key of `facets`.",
    "introspection_depth": "Levels of introspection.",
    "introspection_fields": "Introspection fields of an operation with its fragments expanded.",
    "introspection_bytes": "Bytes of introspection, each counted once for each level around it.",
    "errors": "Errors in an answer.",
    "default_page_size": "Edges of a page where neither `first` nor `last` is given.",
    "page_size": "Edges of a page.",
    "list_items": "Members of a list in an argument.",
    "filter_levels": "Levels of conditions in a `where`.",
    "conditions": "Comparisons and quantifiers of an operation's filters, in variables too.",
    "statement_characters": "Characters of the statement that an operation becomes.",
    "estimated_nodes": "Nodes that an operation may cost as much as: page sizes multiplied, then"
    " added up.",
    "estimated_bytes": "Bytes that an operation may bring, estimated before it runs.",
    "estimated_steps": "Relationships that an operation's conditions may look at, estimated.",
    "operations_in_flight": "Operations answered at once.",
}
_RUN = {
    "read": "Records read.",
    "written": "Nodes, relationships and identifiers that it added, changed or retired.",
    "added": "How many it added.",
    "changed": "How many it changed.",
    "retired": "How many it retired.",
    "unchanged": "How many the graph had already.",
    "rejected": "How many were left out with a problem.",
    "rows_per_second": "Records per second.",
}
_SINCE = (
    "WITH coalesce(head(COLLECT { MATCH (l:Load {version: $since}) RETURN l.sequence }),"
    # A day is less than all times on it: loads before it have been seen.
    f" head(COLLECT {{ MATCH (l:Load) WHERE $since <> '{NO_VERSION}' AND toString(l.at) < $since"
    " RETURN l.sequence ORDER BY l.sequence DESC LIMIT 1 }), 0) AS seen"
    " _ids_ WHERE node.changedIn > seen"
    " WITH node, node.changedIn AS sequence, node.addedIn AS added, node.id AS key,"
    " CASE WHEN node:Retired THEN 'RETIRED' WHEN node.addedIn > seen THEN 'ADDED'"
    " ELSE 'CHANGED' END AS kind"
)
_ANY = "MATCH (node:Entity|Retired)"
_THESE = "UNWIND $ids AS asked MATCH (node:Entity|Retired {id: asked})"


def _load(number: str, value: str) -> str:
    """What is known of the load with a number."""
    return f"head(COLLECT {{ MATCH (l:Load) WHERE l.sequence = {number} RETURN l.{value} }})"


QUESTIONS: dict[str, Field] = {
    "dataVersion": Rows(
        "The version of the data; it changes with each load that changes anything.",
        "OPTIONAL MATCH (v:DataVersion {name: 'current'})",
        ("v",),
        view(
            "DataVersion",
            "A version of the data.",
            version=text(
                f"Its name; `{NO_VERSION}` before the first load.",
                f"coalesce(v.version, '{NO_VERSION}')",
            ),
            loadedAt=text("When it was loaded, as ISO 8601.", "toString(v.at)", nullable=True),
        ),
        one=True,
        nullable=False,
    ),
    "loads": Pages(
        "What has been loaded, the latest last.",
        "LoadRun",
        "MATCH (run:LoadRun)",
        ("run",),
        (Key("coalesce(run.number, 0)", kind=Kind.INT), Key("toString(run.at)"), Key("run.source")),
        view(
            "LoadRun",
            "A load that has ended.",
            source=text("What was loaded.", "run.source"),
            at=text("When it ended, as ISO 8601.", "toString(run.at)"),
            version=text(
                "The version of the data that it made; null where nothing changed.",
                "run.version",
                nullable=True,
            ),
            **{
                camel(name): number(description, f"run.{camel(name)}")
                for name, description in _RUN.items()
            },
            seconds=Value("How long it took.", "run.seconds", Kind.FLOAT),
            files=Value("The names of its files.", "run.files", Kind.TEXT, many=True),
            reasons=Value(
                "Why records were left out, with how many.", "run.reasons", Kind.TEXT, many=True
            ),
        ),
    ),
    "changes": Pages(
        "What has changed since a version of the data or a day, in the order of loads.",
        "Change",
        _SINCE,
        ("node", "sequence", "added", "key", "kind"),
        (Key("sequence", kind=Kind.INT), Key("key")),
        view(
            "Change",
            "A change of an entity.",
            kind=one_of("What happened to it.", "kind", ChangeKind),
            entity=Bound("The entity, as it is now.", "node", "Entity"),
            version=text("The version with its latest change.", _load("sequence", "version")),
            at=text("When that was loaded, as ISO 8601.", f"toString({_load('sequence', 'at')})"),
            source=text("What was loaded then.", _load("sequence", "source")),
            addedAt=text(
                "When it was added, or came back, as ISO 8601.", f"toString({_load('added', 'at')})"
            ),
            addedBy=text("What was loaded then.", _load("added", "source")),
        ),
        weight=2_500,
        arguments=(
            Argument(
                "since",
                "String!",
                "A `version` from an earlier answer of `dataVersion`; a day in UTC, such as"
                " 2026-11-01, for what was loaded on it and later; `none` for everything.",
                Use.VERSION,
            ),
            Argument("ids", "[ID!]", "Only of these things.", Use.IDS, texts=(_THESE, _ANY)),
        ),
    ),
    "limits": Rows(
        "What one request may ask.",
        "",
        (),
        view(
            "Limits",
            "What one request may ask.",
            **{
                camel(limit.name): Constant(_LIMITS[limit.name], limit.name)
                for limit in fields(Limits)
            },
        ),
        one=True,
        nullable=False,
    ),
}
