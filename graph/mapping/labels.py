"""What people read for a declared name: said in the declaration, else made of the name.

caseStudies -> Case studies, payBand -> Pay band, PRIMARY_CARE -> Primary care
"""

import re
from enum import Enum

from graph.mapping.model import End, NodeType, Property

LABELS = "__labels__"
"""The attribute of an enum that holds what `labelled` said of its members."""


def readable(name: str) -> str:
    """A name as words, the first with a capital letter."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name) if not name.isupper() else name
    text = words.replace("_", " ").lower()
    return text[:1].upper() + text[1:]


def type_label(kind: NodeType) -> str:
    """What one of a type is called: `Case study`."""
    return readable(kind.singular)


def list_label(kind: NodeType) -> str:
    """What many of a type are called: `Case studies`."""
    return readable(kind.plural)


def property_label(prop: Property) -> str:
    """What a property is called."""
    return prop.label or readable(prop.name)


def end_label(end: End) -> str:
    """What a relationship is called where one of its ends is looked at."""
    label = end.relationship.label if end.forward else end.relationship.inverse_label
    return label or readable(end.name)


def value_label(enum: type[Enum], member: str) -> str:
    """What a member of a declared enum is called."""
    labels: dict[str, str] = getattr(enum, LABELS, {})
    return labels.get(member) or readable(member)
