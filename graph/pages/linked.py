"""What the page of a thing says, for programs: JSON-LD in the head of the page.

What statements rest on is left out here, else it would be longer than the page: `.jsonld` has it.
"""

from collections.abc import Iterable

from graph.addresses.entities import Entity, Statement, own_statements
from graph.addresses.triples import Triples, json_ld
from graph.mapping.model import End, NodeType
from graph.pages.page import Data


def embedded(
    triples: Triples, kind: NodeType, thing: Data, related: Iterable[tuple[End, Data]]
) -> Data:
    """One thing with its names, codes, facts and what it is related to."""
    statements = [Statement(end.name, None, other, {}, (), end) for end, other in related]
    entity = Entity(kind, thing, (*own_statements(kind, thing), *statements), "", None)
    return json_ld(triples.of(entity))
