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
    entry: dict[str, Any] = {prop.name: _property(prop) for prop in kind.properties}
    entry["slug"] = {**_SLUG, "description": entry["slug"]["description"]}
    for relationship in kind.relationships:
        name, related = relationship.name, _related(relationship)
        entry[name] = related if relationship.one else {"type": "array", "items": related}
        entry[name]["description"] = relationship.description
    evidence = {prop.name: _property(prop) for prop in kind.properties if prop.name in _EVIDENCE}
    entry["replacedBy"] = {**_SLUG, "description": "The entry that takes its place."}
    entry["identifiers"] = {"type": "array", "items": _identifier(evidence)}
    required = [prop.name for prop in kind.properties if not prop.nullable and not prop.many]
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
        parts += [f"| `{prop.name}` | {_holds(prop)} | {_text(prop)} |" for prop in kind.properties]
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
                f"`{prop.name}`"
                for prop in end.relationship.edge.properties
                if prop.name not in _EVIDENCE
            ]
            own = f" Own fields: {', '.join(fields)}." if fields else ""
            text = _text(end)
            parts.append(f"| `{end.name}` | `{arrow}` {end.other}{many} | {text}{own} |")
        parts += _written_fields(model, kind)
        parts.append("")
    parts += ["## Questions", "", "Root fields besides look-ups and lists.", ""]
    parts += ["| field | arguments | what |", "|---|---|---|"]
    for name, question in model.questions.items():
        arguments = ", ".join(f"`{argument.name}`" for argument in question.arguments)
        parts.append(f"| `{name}` | {arguments} | {question.description} |")
    return "\n".join([*parts, ""])


def _written_fields(model: GraphModel, kind: NodeType) -> list[str]:
    """The fields of a type that are worked out: measures, hand-written ones, its hierarchy."""
    up = model.hierarchy(kind.name)
    fields = {
        **{measures.name: measures.description for measures in kind.measures},
        **{name: field.description for name, field in kind.computed.items()},
        **{n: field.description for n, field in (hierarchy_fields(kind, up) if up else {}).items()},
    }
    rows = [f"| `{name}` | {description} |" for name, description in fields.items()]
    return ["", "| worked out | what |", "|---|---|", *rows] if rows else []


def _text(declared: Property | End) -> str:
    """The description, and that it is deprecated."""
    reason = f" Deprecated: {declared.deprecated}" if declared.deprecated else ""
    return f"{declared.description}{reason}"


def _holds(prop: Property) -> str:
    name = prop.enum.__name__ if prop.enum else prop.kind.value.word
    return f"list of {name}" if prop.many else f"{name}{' or null' if prop.nullable else ''}"


def _property(prop: Property) -> dict[str, Any]:
    traits = prop.kind.value
    one: dict[str, Any] = {"type": traits.json_type}
    if prop.enum:
        one = {"enum": list(prop.enum.__members__)}
    if traits.json_format:
        one["format"] = traits.json_format
    schema = {"type": "array", "items": one} if prop.many else one
    described = {**schema, "description": prop.description}
    return {**described, "deprecated": True} if prop.deprecated else described


def _related(relationship: Relationship) -> dict[str, Any]:
    members = {prop.name: _property(prop) for prop in relationship.edge.properties}
    own = [prop for prop in relationship.edge.properties if prop.name not in _EVIDENCE]
    required = ["to", *(prop.name for prop in own if not prop.nullable and not prop.many)]
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
