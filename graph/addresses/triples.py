"""An entity as RDF: the same triples as JSON-LD and as Turtle.

schema.org for what a thing is, SKOS for names, hierarchies and codes, PROV for what a statement
rests on; `rolegraph:` for what the declarations say besides. Addresses of entities are relative
to where the document was read, so that they are where the service is.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from graph.addresses.entities import Entity, Statement
from graph.addresses.parameters import several_of
from graph.mapping.model import GraphModel, Kind

PREFIXES: Mapping[str, str] = {
    "rolegraph": "urn:rolegraph:",
    "schema": "https://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MATCHES = {
    "EXACT": "skos:exactMatch",
    "CLOSE": "skos:closeMatch",
    "BROAD": "skos:broadMatch",
    "NARROW": "skos:narrowMatch",
    "RELATED": "skos:relatedMatch",
}
KNOWN = {
    "name": ("skos:prefLabel", "schema:name"),
    "altNames": ("skos:altLabel", "schema:alternateName"),
    "summary": ("schema:description",),
    "notes": ("skos:note",),
    "slug": ("dcterms:identifier",),
}
_TYPES = {
    Kind.BOOLEAN: "xsd:boolean",
    Kind.INT: "xsd:integer",
    Kind.FLOAT: "xsd:double",
    Kind.DATE: "xsd:date",
}
_SAFE = re.compile(r"[^A-Za-z0-9._~@:-]")


@dataclass(frozen=True, slots=True)
class Literal:
    """A value: its text, and its type where it is not text."""

    text: str
    type: str = ""


Node = str
"""A prefixed name (`schema:name`), or an address."""
Triple = tuple[Node, Node, "Node | Literal"]


class Triples:
    """Makes the triples of entities; `root` is where they are served, "" at the top of a host."""

    def __init__(self, model: GraphModel, terms: Mapping[str, str], root: str = "") -> None:
        self._plurals = {kind.name: kind.plural for kind in model.types}
        self._terms = terms
        self._root = root

    def address(self, kind: str, slug: str) -> Node:
        """Where an entity is."""
        return f"{self._root}/{self._plurals[kind]}/{_SAFE.sub(_escaped, slug)}"

    def of(self, entity: Entity) -> list[Triple]:
        """All that is said of an entity, in a fixed order, each once."""
        return list(dict.fromkeys(self._of(entity)))

    def _of(self, entity: Entity) -> Iterator[Triple]:
        me = self.address(entity.kind.name, entity.facts["slug"])
        yield me, "rdf:type", f"rolegraph:{entity.kind.name}"
        for label in self._labels(entity):
            yield me, "rdf:type", f"schema:{self._terms[label]}"
        kinds = {each.name: each.kind for each in entity.kind.properties}
        for at, each in enumerate(entity.statements):
            if each.end is not None:
                yield from self._related(me, each, at)
            elif each.field == "identifiers":
                yield from self._code(me, each.details)
            else:
                for value in several_of(each.value):
                    literal = _literal(value, kinds[each.field])
                    for predicate in KNOWN.get(each.field, (f"rolegraph:{each.field}",)):
                        yield me, predicate, literal
        yield from self._rests_on(me, entity.facts["evidence"])

    def _labels(self, entity: Entity) -> Iterator[str]:
        parts = [
            part.label
            for part in entity.kind.subsets
            if entity.facts.get(part.property) == part.value
        ]
        yield from (label for label in (entity.kind.name, *parts) if label in self._terms)

    def _related(self, me: Node, each: Statement, at: int) -> Iterator[Triple]:
        assert each.end is not None and each.other is not None
        other = self.address(each.other["__typename"], each.other["slug"])
        yield me, f"rolegraph:{each.field}", other
        yield other, "skos:prefLabel", Literal(each.other["name"])
        if each.end.relationship.hierarchy:
            yield me, "skos:broader" if each.end.forward else "skos:narrower", other
        if not (each.evidence or each.details):
            return
        statement = f"{me}#{each.field}-{at}"
        yield statement, "rdf:type", "rdf:Statement"
        yield statement, "rdf:subject", me
        yield statement, "rdf:predicate", f"rolegraph:{each.field}"
        yield statement, "rdf:object", other
        kinds = {p.name: p.kind for p in each.end.relationship.edge.properties}
        for name, value in each.details.items():
            for one in several_of(value):
                if one is not None:
                    yield statement, f"rolegraph:{name}", _literal(one, kinds[name])
        yield from self._rests_on(statement, each.evidence)

    def _rests_on(self, what: Node, evidence: Any) -> Iterator[Triple]:
        for each in evidence:
            yield what, "prov:wasDerivedFrom", self.address("Source", each["source"]["slug"])
            yield what, "rolegraph:confidence", Literal(each["confidence"])
            yield what, "rolegraph:readOn", Literal(each["readOn"], "xsd:date")

    def _code(self, me: Node, code: Mapping[str, Any]) -> Iterator[Triple]:
        scheme = "@".join(part for part in (code["scheme"], code["schemeVersion"]) if part)
        node = f"{me}#{_SAFE.sub(_escaped, scheme)}:{_SAFE.sub(_escaped, code['value'])}"
        yield me, _MATCHES[code["matchType"]], node
        yield me, "schema:identifier", node
        yield node, "rdf:type", "schema:PropertyValue"
        yield node, "schema:propertyID", Literal(scheme)
        yield node, "schema:value", Literal(code["value"])
        yield node, "skos:notation", Literal(code["value"])
        if code["label"]:
            yield node, "skos:prefLabel", Literal(code["label"])


def turtle_head() -> bytes:
    """What Turtle begins with."""
    return "".join(
        f"@prefix {name}: <{address}> .\n" for name, address in PREFIXES.items()
    ).encode()


def turtle(triples: list[Triple]) -> bytes:
    """As lines of Turtle, which follow `turtle_head`."""
    return "".join(f"{_term(s)} {_term(p)} {_term(o)} .\n" for s, p, o in triples).encode()


def json_ld(triples: list[Triple]) -> dict[str, Any]:
    """As JSON-LD: a context and a graph."""
    nodes: dict[Node, dict[str, Any]] = {}
    for subject, predicate, object_ in triples:
        node = nodes.setdefault(subject, {"@id": subject})
        if predicate == "rdf:type":
            node.setdefault("@type", []).append(object_)
        elif isinstance(object_, Literal):
            typed = {"@type": object_.type} if object_.type else {}
            node.setdefault(predicate, []).append({"@value": object_.text, **typed})
        else:
            node.setdefault(predicate, []).append({"@id": object_})
    return {"@context": dict(PREFIXES), "@graph": list(nodes.values())}


def _term(term: "Node | Literal") -> str:
    if isinstance(term, Literal):
        # JSON's escapes are Turtle's, but for what JSON leaves as it is.
        text = orjson.dumps(term.text).decode().replace("\x7f", "\\u007F")
        return f"{text}^^{term.type}" if term.type else text
    return term if term.partition(":")[0] in PREFIXES else f"<{term}>"


def datatype(kind: Kind) -> str:
    """The type of values of a kind; "" for text."""
    return _TYPES.get(kind, "")


def _literal(value: Any, kind: Kind) -> Literal:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Literal(text, datatype(kind))


def _escaped(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())
