"""What is stored of counterparts, so that search need not look for them.

A register's entity that a curated one stands for is `Folded` under it, and the words of its names
stand after those of the curated one's own, which is found by them. Both follow from codes and names
alone: they are worked out again at the end of each load, out of some hundred curated codes.
"""

from collections import defaultdict
from typing import Any

from graph.database.session import Database, Transaction
from graph.mapping.storage import CURATED, FOLDED, NAME, NAMES, WORDS, WORDS_OF_OTHERS
from loaders.workspace import IDENTIFIED_BY

_PAIRS = (
    f"MATCH (c:{CURATED})-[r:{IDENTIFIED_BY}]->(:Identifier)<-[s:{IDENTIFIED_BY}]-(x:Entity)"
    f" WHERE NOT x:{CURATED} AND split(x.id, ':')[0] = split(c.id, ':')[0]"
    " AND (r.matchType = 'EXACT' AND s.matchType IN ['EXACT', 'CLOSE']"
    " OR s.matchType = 'EXACT' AND r.matchType = 'CLOSE')"
    f" RETURN DISTINCT c.id, x.id, [x.{NAME}] + x.{NAMES}"
)


class Counterparts:
    """Which entities are folded under which, and the words of these."""

    def __init__(self, pairs: list[list[Any]]) -> None:
        self.folded = frozenset(id_ for _, id_, _ in pairs)
        words: dict[str, set[str]] = defaultdict(set)
        for curated, _, names in pairs:
            words[curated].update(names)
        self.words = {id_: " ".join(sorted(names)) for id_, names in words.items()}


async def read_counterparts(database: Database) -> Counterparts:
    """What follows from the graph as it is."""
    return Counterparts(await database.rows(_PAIRS))


async def mark_counterparts(transaction: Transaction) -> None:
    """Store it, in the transaction that shows a load."""
    counterparts = Counterparts(await transaction.run(_PAIRS, {}))
    for keyword, wrong in (
        ("SET", f"UNWIND $ids AS id MATCH (n:Entity {{id: id}}) WHERE NOT n:{FOLDED}"),
        ("REMOVE", f"MATCH (n:{FOLDED}) WHERE NOT n.id IN $ids OR n:Retired"),
    ):
        await transaction.run(f"{wrong} {keyword} n:{FOLDED}", {"ids": sorted(counterparts.folded)})
    own = f"split(coalesce(n.{WORDS}, ''), '{WORDS_OF_OTHERS}')[0]"
    words = f"{own} + coalesce('{WORDS_OF_OTHERS}' + $words[n.id], '')"
    await transaction.run(
        f"MATCH (n:{CURATED}) WITH n, {words} AS words WHERE n.{WORDS} <> words"
        f" SET n.{WORDS} = words",
        {"words": counterparts.words},
    )
