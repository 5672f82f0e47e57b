"""The sources: each reads its files into records, and knows nothing of the graph.

A source of registers stands here once it passes the conformance suite
(`tests/loaders/test_conformance.py`).
"""

from loaders.source import Source
from loaders.sources.apprenticeships import DFE, STANDARDS
from loaders.sources.discover_uni import DISCOVER_UNI
from loaders.sources.esco import ESCO
from loaders.sources.organisations import HOSPITALS, SITES, TRUSTS
from loaders.sources.roles import JOB_ROLES, ONET, SOC

REGISTERS: tuple[Source, ...] = (
    DISCOVER_UNI,
    DFE,
    STANDARDS,
    TRUSTS,
    HOSPITALS,
    SITES,
    JOB_ROLES,
    SOC,
    ESCO,
    ONET,
)
"""All registers, in the order in which what they say is shown; the seed goes before."""
ORDER = {source.name: source.order for source in REGISTERS}
