"""The shapes of the graph as RDF, in SHACL: what each type must and may have, as declared."""

from collections.abc import Iterator

import orjson

from graph.addresses.entities import OWN
from graph.addresses.triples import KNOWN, PREFIXES, datatype
from graph.mapping.model import End, GraphModel, NodeType, Property


def shapes(model: GraphModel) -> bytes:
    """A shape for each node type, as Turtle."""
    prefixes = {**PREFIXES, "sh": "http://www.w3.org/ns/shacl#"}
    lines = [f"@prefix {name}: <{address}> ." for name, address in prefixes.items()]
    for kind in model.types:
        lines += ["", f"rolegraph:{kind.name}Shape a sh:NodeShape ;"]
        lines.append(f"  sh:targetClass rolegraph:{kind.name} ;")
        lines.append(",\n".join(_properties(model, kind)) + " .")
    return ("\n".join(lines) + "\n").encode()


def _properties(model: GraphModel, kind: NodeType) -> Iterator[str]:
    # `sh:property` is said once, its values follow.
    opening = "  sh:property "
    for text in (
        *(_value(each) for each in kind.properties if each.name not in OWN),
        "sh:path prov:wasDerivedFrom ; sh:nodeKind sh:IRI ; sh:minCount 1",
        *(_relation(end) for end in model.ends(kind.name)),
    ):
        yield f"{opening}[ {text} ]"
        opening = "    "


def _value(each: Property) -> str:
    path = KNOWN.get(each.name, (f"rolegraph:{each.name}",))[0]
    parts = [f"sh:path {path}", f"sh:datatype {datatype(each.kind) or 'xsd:string'}"]
    if not (each.nullable or each.many):
        parts.append("sh:minCount 1")
    if not each.many:
        parts.append("sh:maxCount 1")
    if each.enum:
        members = " ".join(orjson.dumps(member.name).decode() for member in each.enum)
        parts.append(f"sh:in ( {members} )")
    return " ; ".join(parts)


def _relation(end: End) -> str:
    one = " ; sh:maxCount 1" if end.one else ""
    return f"sh:path rolegraph:{end.name} ; sh:nodeKind sh:IRI{one}"
