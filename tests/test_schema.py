"""The committed files that follow from the declarations, and the clients that rely on them."""

import json
import re
import subprocess
from typing import Any

from graphql import (
    REMOVE,
    GraphQLSchema,
    Node,
    Visitor,
    build_ast_schema,
    find_breaking_changes,
    get_introspection_query,
    graphql_sync,
    is_non_null_type,
    parse,
    print_schema,
    specified_scalar_types,
    validate_schema,
    visit,
)
from graphql import build_schema as parse_schema

from generate import generated
from graph.schema import MODEL
from tests.conftest import ROOT, SCHEMA


def test_committed_files_are_current() -> None:
    stale = [
        name
        for name, content in generated().items()
        if not (ROOT / name).exists() or (ROOT / name).read_text("utf-8") != content
    ]
    assert stale == [], "run `make generate` and commit what it writes"


def test_nothing_breaks_clients() -> None:
    """Against the schema of the last release: the newest tag `v...` that leads to this commit."""
    asked = ["tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname"]
    tags = _git(*asked).split()
    if not tags:
        print("There is no release yet, so no client relies on a schema.")
        return
    assert broken_by(_git("show", f"{tags[0]}:schema.graphql"), SCHEMA) == []


def test_what_breaks_clients_is_told() -> None:
    """The comparison itself, on made-up schemas: it can fail."""
    released = """type Query {
      role(slug: String!): Role
      old: Int @deprecated(reason: "Use `role`.")
    }
    type Role { name: String!, pay: String, band: Band }
    enum Band { FOUR, FIVE @deprecated(reason: "Nobody is there.") }"""
    same = parse_schema(released)
    added = parse_schema(released.replace("pay: String", "pay: String, level: Int"))
    gone = parse_schema("type Query { role(slug: String!): Role } type Role { name: String!, band: Band } enum Band { FOUR }")  # fmt: skip
    required = parse_schema(released.replace("slug: String!", "slug: String!, at: Int!"))

    assert broken_by(released, same) == broken_by(released, added) == []
    assert broken_by(released, gone) == ["Field Role.pay was removed."]
    assert broken_by(released, required) == ["A required argument Query.role(at:) was added."]


def broken_by(released: str, now: GraphQLSchema) -> list[str]:
    """What clients of a released schema would miss; what it called deprecated may go."""
    kept = visit(parse(released), _WithoutDeprecated())
    return [change.description for change in find_breaking_changes(build_ast_schema(kept), now)]


class _WithoutDeprecated(Visitor):
    def enter(self, node: Node, *_: Any) -> Any:
        directives = getattr(node, "directives", None) or ()
        return REMOVE if any(found.name.value == "deprecated" for found in directives) else None


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def test_the_schema_stays_small() -> None:
    """What a client loads to know the schema; decision 15 has what it was before."""
    own = [name for name in SCHEMA.type_map if not is_built_in(name)]
    assert len(own) <= 460  # 450 in decision 15, and room for the views of a few questions
    assert len(print_schema(SCHEMA).encode()) <= 420_000
    answer = graphql_sync(SCHEMA, get_introspection_query()).data
    assert len(json.dumps(answer, separators=(",", ":")).encode()) <= 950_000


def test_names_follow_the_conventions_of_clients_and_linters() -> None:
    """Those of the rules named in decision 15 that are kept."""
    odd: list[str] = []
    for name, type_ in SCHEMA.type_map.items():
        if is_built_in(name):
            continue
        odd += [name] if not re.fullmatch(r"([A-Z][a-z0-9]*)+", name) else []
        odd += [name] if re.search(r"(Enum|Interface|Union|Input)$", name) else []
        for value in getattr(type_, "values", {}):
            odd += [f"{name}.{value}"] if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value) else []
        for field, definition in getattr(type_, "fields", {}).items():
            arguments = getattr(definition, "args", {})
            for one in (field, *arguments):
                odd += [f"{name}.{one}"] if not re.fullmatch(r"[a-z][a-zA-Z0-9]*", one) else []
            if str(definition.type).rstrip("!").endswith("Connection"):
                pages = {"first", "after", "last", "before"}
                odd += [f"{name}.{field}"] if not pages <= arguments.keys() else []
        if name.endswith("Connection"):
            shown = {field: str(found.type) for field, found in type_.fields.items()}  # type: ignore[attr-defined]
            edge = f"[{name.removesuffix('Connection')}Edge!]!"
            odd += [name] if (shown["pageInfo"], shown["edges"]) != ("PageInfo!", edge) else []
    assert odd == []


def test_root_fields_are_null_only_where_that_says_something() -> None:
    query = SCHEMA.query_type
    assert query
    nullable = {name for name, field in query.fields.items() if not is_non_null_type(field.type)}
    look_ups = {kind.singular for kind in MODEL.types} | {"node", "university"}
    about_things = {
        "bridges",
        "path",
        "paths",
        "subgraph",
        "pathway",
        "gap",
        "changes",
        "statements",
        "supportedBy",
    }
    assert nullable == look_ups | about_things


def is_built_in(name: str) -> bool:
    return name.startswith("__") or name in specified_scalar_types


def test_schema_is_valid_and_described() -> None:
    assert validate_schema(SCHEMA) == []
    bare: list[str] = []
    for type_ in SCHEMA.type_map.values():
        if type_.name.startswith("__") or type_.name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        if not type_.description:
            bare.append(type_.name)
        for name, field in getattr(type_, "fields", {}).items():
            if not field.description:
                bare.append(f"{type_.name}.{name}")
            bare += [
                f"{type_.name}.{name}({argument}:)"
                for argument, given in getattr(field, "args", {}).items()
                if not given.description
            ]
        for name, value in getattr(type_, "values", {}).items():
            if not value.description:
                bare.append(f"{type_.name}.{name}")
    assert bare == []
