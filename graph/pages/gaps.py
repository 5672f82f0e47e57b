"""What roles that are compared lack: from the first to each other one, and who teaches it."""

from collections.abc import Iterable, Mapping, Sequence

from graph.pages.labels import readable
from graph.pages.links import Links
from graph.pages.page import Data
from graph.pages.report import Table, text, thing, things
from graph.pages.words import _, isolated

KIND = "Role"
"""The type whose things have gaps between them."""
GAP = (
    *("sharedSkills", "missingSkills", "sharedProfessions", "missingProfessions"),
    "missingServiceAreas",
)
_MISSING = f"from {{ name }} to {{ name }} {' '.join(f'{name} {{ name }}' for name in GAP)}"
_PROGRAMMES = (
    "programmes { programme { __typename slug name award } covers { name }"
    " providers { provider { name } } }"
)


def selection(variables: Sequence[str]) -> str:
    """The gaps between what these variables name: from the first; of two also the way back.

    Programmes are asked for once alone: each time more takes Neo4j long to plan.
    """
    first, *others = variables
    pairs = [(first, other) for other in others]
    pairs += [(others[0], first)] if len(others) == 1 else []
    return " ".join(
        f"gap{at}: gap(from: ${start}, to: ${finish})"
        f" {{ {_MISSING}{'' if at else f' {_PROGRAMMES}'} }}"
        for at, (start, finish) in enumerate(pairs)
    )


def tables(links: Links, data: Data) -> Sequence[Table]:
    """The tables of all gaps of an answer; none where it has none."""
    gaps: Mapping[str, Data] = {name: gap for name, gap in data.items() if name.startswith("gap")}
    return [table for gap in gaps.values() for table in _gap(links, gap)]


def _gap(links: Links, gap: Data) -> Iterable[Table]:
    ends = {"start": isolated(gap["from"]["name"]), "finish": isolated(gap["to"]["name"])}
    yield Table(
        _("From {start} to {finish}").format(**ends),
        (_("What"), _("Which")),
        [(text(readable(name)), things(gap[name])) for name in GAP],
    )
    if "programmes" not in gap:
        return
    yield Table(
        _("Programmes that help from {start} to {finish}").format(**ends),
        (_("Programme"), _("Award"), _("Covers"), _("Taught by")),
        [
            (
                thing(links, each["programme"]),
                text(each["programme"]["award"]),
                things(each["covers"]),
                text(*(p["provider"]["name"] for p in each["providers"])),
            )
            for each in gap["programmes"]
        ],
    )
