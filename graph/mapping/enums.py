"""Enums that every graph has besides those that node types declare."""

from enum import Enum


class MatchType(Enum):
    """How well an outside code matches the entity, in SKOS terms."""

    EXACT = "The code means the same thing."
    CLOSE = "The code means nearly the same thing; never used to merge entities."
    BROAD = "The code means something wider."
    NARROW = "The code means something narrower."
    RELATED = "The code means something associated."


class OrderDirection(Enum):
    """Which end of an order comes first; null comes last either way."""

    ASC = "Smallest first, A before Z."
    DESC = "Largest first, Z before A."


class GroupOrder(Enum):
    """How groups are ordered; ties go by their keys, unknown keys last."""

    COUNT_DESC = "The largest group first."
    COUNT_ASC = "The smallest group first."
    KEY_ASC = "By the keys, smallest first."
    KEY_DESC = "By the keys, largest first."


class Scope(Enum):
    """Which entities a list shows."""

    CURATED = "Those that people have curated: what the seed has an entry for."
    REGISTERS = "Those that only registers have."
    ALL = "All."
