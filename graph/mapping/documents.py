"""Model -> what people read beside the code: JSON Schema for seed files, a table for the docs."""

from collections.abc import Mapping
from typing import Any

from graph.mapping.enums import MatchType
from graph.mapping.hierarchy import hierarchy_fields
from graph.mapping.model import End, GraphModel, NodeType, Property, Relationship

Json = Mapping[str, Any]
_SLUG = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_EVIDENCE = ("sources", "confidence", "readOn")
_PROMISE = (
    "## What may change",
    "",
    "What works with one release works with the next: no type, field, argument or enum value",
    "goes, none changes its type in a way that an older client does not understand, and no",
    "argument becomes required. What is to go is marked `@deprecated` first, with what to use",
    "instead, and stays for at least one release. New types, fields, optional arguments and",
    "enum values may come at any time, so a client should pass over enum values that it does",
    "not know. `extensions.code` of an error and global ids stay; the words of messages and",
    "descriptions may change. A cursor is opaque, and holds until the next release. The tests",
    "compare the schema with the last release's.",
    "",
)


def seed_schema(kind: NodeType) -> Json:
    """The JSON Schema of a node type's seed file, for editors."""
    entry: dict[str, Any] = {found.name: _property(found) for found in kind.properties}
    entry["slug"] = {**_SLUG, "description": entry["slug"]["description"]}
    for found in kind.relationships:
        related = _related(found)
        entry[found.name] = related if found.one else {"type": "array", "items": related}
        entry[found.name]["description"] = found.description
    evidence = {
        found.name: _property(found) for found in kind.properties if found.name in _EVIDENCE
    }
    entry["replacedBy"] = {**_SLUG, "description": "The entry that takes its place."}
    entry["identifiers"] = {"type": "array", "items": _identifier(evidence)}
    required = [found.name for found in kind.properties if not found.nullable and not found.many]
    required = [name for name in (*required, "sources") if name != "readOn"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Rolegraph seed: {kind.plural}",
        "type": "object",
        "additionalProperties": False,
        "required": [kind.plural],
        "properties": {
            "readOn": {
                "type": "string",
                "format": "date",
                "description": "For every entry without its own.",
            },
            kind.plural: {
                "type": "array",
                "items": {
                    "type": "object",
                    "description": kind.description,
                    "additionalProperties": False,
                    "required": required,
                    "properties": entry,
                },
            },
        },
    }


def table(model: GraphModel) -> str:
    """The node types, their properties and relationships as Markdown."""
    parts = [
        "# The graph",
        "",
        "Made by `rolegraph generate` from `graph/schema/`; do not edit.",
        "",
        *_PROMISE,
    ]
    for kind in model.types:
        parts += [
            f"## {kind.name}",
            "",
            kind.description,
            "",
            "| property | holds | what |",
            "|---|---|---|",
        ]
        parts += [
            f"| `{found.name}` | {_holds(found)} | {_text(found)} |" for found in kind.properties
        ]
        ends = model.ends(kind.name)
        if ends:
            parts += ["", "| field | relationship | what |", "|---|---|---|"]
        for end in ends:
            arrow = (
                f"-[:{end.relationship.type}]->"
                if end.forward
                else f"<-[:{end.relationship.type}]-"
            )
            many = "" if end.one else ", many"
            fields = [
                f"`{found.name}`"
                for found in end.relationship.edge.properties
                if found.name not in _EVIDENCE
            ]
            own = f" Own fields: {', '.join(fields)}." if fields else ""
            text = _text(end)
            parts.append(f"| `{end.name}` | `{arrow}` {end.other}{many} | {text}{own} |")
        parts += _written_fields(model, kind)
        parts.append("")
    parts += ["## Questions", "", "Root fields besides look-ups and lists.", ""]
    parts += ["| field | arguments | what |", "|---|---|---|"]
    for name, found in model.questions.items():
        given = ", ".join(f"`{argument.name}`" for argument in found.arguments)
        parts.append(f"| `{name}` | {given} | {found.description} |")
    return "\n".join([*parts, ""])


def _written_fields(model: GraphModel, kind: NodeType) -> list[str]:
    """The fields of a type that are worked out: measures, hand-written ones, its hierarchy."""
    up = model.hierarchy(kind.name)
    fields = {
        **{found.name: found.description for found in kind.measures},
        **{name: found.description for name, found in kind.computed.items()},
        **{n: found.description for n, found in (hierarchy_fields(kind, up) if up else {}).items()},
    }
    rows = [f"| `{name}` | {description} |" for name, description in fields.items()]
    return ["", "| worked out | what |", "|---|---|", *rows] if rows else []


def _text(declared: Property | End) -> str:
    """The description, and that it is deprecated."""
    reason = f" Deprecated: {declared.deprecated}" if declared.deprecated else ""
    return f"{declared.description}{reason}"


def _holds(found: Property) -> str:
    name = found.enum.__name__ if found.enum else found.kind.value.word
    return f"list of {name}" if found.many else f"{name}{' or null' if found.nullable else ''}"


def _property(found: Property) -> dict[str, Any]:
    traits = found.kind.value
    one: dict[str, Any] = {"type": traits.json_type}
    if found.enum:
        one = {"enum": list(found.enum.__members__)}
    if traits.json_format:
        one["format"] = traits.json_format
    schema = {"type": "array", "items": one} if found.many else one
    described = {**schema, "description": found.description}
    return {**described, "deprecated": True} if found.deprecated else described


def _related(found: Relationship) -> dict[str, Any]:
    members = {field.name: _property(field) for field in found.edge.properties}
    own = [field for field in found.edge.properties if field.name not in _EVIDENCE]
    required = ["to", *(field.name for field in own if not field.nullable and not field.many)]
    written = {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": {"to": _SLUG, **members},
    }
    return {"anyOf": [_SLUG, written]} if required == ["to"] else {"anyOf": [written]}


def _identifier(evidence: Mapping[str, Any]) -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["scheme", "value", "matchType"],
        "properties": {
            "scheme": text,
            "schemeVersion": text,
            "value": text,
            "label": text,
            "matchType": {"enum": list(MatchType.__members__)},
            **evidence,
        },
    }
