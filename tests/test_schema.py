"""The committed files that follow from the declarations, and the clients that rely on them."""

from graphql import build_schema as parse_schema
from graphql import find_breaking_changes, validate_schema

from generate import generated
from tests.conftest import ROOT, SCHEMA


def test_committed_files_are_current() -> None:
    stale = [
        name
        for name, content in generated().items()
        if not (ROOT / name).exists() or (ROOT / name).read_text("utf-8") != content
    ]
    assert stale == [], "run `make generate` and commit what it writes"


def test_nothing_breaks_clients() -> None:
    """`tests/released.graphql` is the schema that clients know; a release copies schema.graphql there."""
    released = parse_schema((ROOT / "tests" / "released.graphql").read_text("utf-8"))
    assert [change.description for change in find_breaking_changes(released, SCHEMA)] == []


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
