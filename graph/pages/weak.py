"""Each kind of what is missing or weak: what it means, what to do about it, and its rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.mapping.model import GraphModel
from graph.pages.cells import EVIDENCE, Cell, evidence
from graph.pages.labels import property_label, readable, type_label
from graph.pages.links import Links
from graph.pages.page import Data
from graph.pages.report import text, thing
from graph.pages.words import _, isolated

_THING = "__typename slug name"
_NODE = f"{{ {_THING} }}"
_LINK = f"from {_NODE} to {_NODE} type {EVIDENCE}"
_WITHHELD = "from relationship to source place"


@dataclass(frozen=True, slots=True)
class Weak:
    """One kind of it; `list` is where a list with filters and files shows the same."""

    heading: str
    hint: str
    fields: str
    """What is asked of each."""
    columns: Sequence[str]
    row: Callable[[Data], Sequence[Cell]]
    list: str = ""


def kinds(model: GraphModel, links: Links) -> Mapping[str, Weak]:
    """All of them by the names of their fields, what concerns most people first."""
    rows = _Rows(model, links)
    return {
        **_of_training(rows, links),
        **_of_things(rows),
        **_of_relationships(rows),
        **_of_sources(rows),
    }


class _Rows:
    """How the rows of each kind are shown."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._links = links
        self._kinds = {kind.name: type_label(kind) for kind in model.types}
        self._facts = {
            (kind.name, each.name): property_label(each)
            for kind in model.types
            for each in kind.properties
        }

    def thing(self, node: Data) -> Sequence[Cell]:
        """A thing, and of which type it is."""
        return thing(self._links, node), self._kind(node)

    def name(self, node: Data) -> Sequence[Cell]:
        """A thing, where all are of one type."""
        return (thing(self._links, node),)

    def relationship(self, node: Data) -> Sequence[Cell]:
        """Both ends of a relationship, and what it rests on."""
        return (
            thing(self._links, node["from"]),
            text(readable(node["type"])),
            thing(self._links, node["to"]),
            evidence(node, f"{isolated(node['from']['name'])} → {isolated(node['to']['name'])}"),
        )

    def code(self, node: Data) -> Sequence[Cell]:
        """A code, and what comes near it."""
        edition = f"{isolated(node['scheme'])} {node['schemeVersion']}".strip()
        near = [each["name"] for each in node["near"]]
        return text(node["value"]), text(edition), text(node["label"]), text(*near)

    def pair(self, node: Data) -> Sequence[Cell]:
        """Two things that are called the same, and where they are compared."""
        pair = node["entity"], node["other"]
        ids = ",".join(f"{each['__typename']}:{each['slug']}" for each in pair)
        compared = Cell([_("Side by side")], self._links.to("/compare", ids=ids))
        return *(thing(self._links, each) for each in pair), self._kind(pair[0]), compared

    def withheld(self, node: Data) -> Sequence[Cell]:
        """A relationship that a source says and nobody is shown."""
        return (
            text(node["from"]),
            text(readable(node["relationship"])),
            text(node["to"]),
            text(node["source"]),
            text(node["place"]),
        )

    def disagreement(self, node: Data) -> Sequence[Cell]:
        """A thing, and what each source says of it."""
        name = node["property"]
        fact = self._facts.get((node["entity"]["__typename"], name)) or readable(name)
        return thing(self._links, node["entity"]), text(fact), text(*node["values"])

    def _kind(self, node: Data) -> Cell:
        return text(self._kinds[node["__typename"]])


def _of_training(rows: _Rows, links: Links) -> Mapping[str, Weak]:
    return {
        "rolesWithoutProgramme": Weak(
            _("Roles that no programme prepares for"),
            _(
                "No source says which training leads to these roles. If you know a programme, add"
                " it with its source."
            ),
            _THING,
            (_("Name"),),
            rows.name,
            links.list("Role", programmesCount=0),
        ),
        "areasWithoutCaseStudy": Weak(
            _("Service areas without a case study"),
            _(
                "Nobody has described how these roles work there. If such a study is published, add"
                " it."
            ),
            _THING,
            (_("Name"),),
            rows.name,
            links.list("ServiceArea", caseStudiesCount=0),
        ),
    }


def _of_things(rows: _Rows) -> Mapping[str, Weak]:
    said = {
        "orphans": (
            _("Things that are connected to nothing"),
            _(
                "No page leads to them but search and their list. Add what they are related to, or"
                " take them out."
            ),
        ),
        "withoutSource": (
            _("Things that rest on no source"),
            _("Nobody can check these. Name where each was read, or take it out."),
        ),
        "oneSource": (
            _("Things that rest on one source only"),
            _("They may well be right. A second source that says the same makes them surer."),
        ),
        "unsure": (
            _("Things that are marked as unsure"),
            _("Whoever added them had doubts. Look at the source before you rely on one."),
        ),
    }
    columns = (_("Name"), _("Kind"))
    return {
        name: Weak(heading, hint, _THING, columns, rows.thing)
        for name, (heading, hint) in said.items()
    }


def _of_relationships(rows: _Rows) -> Mapping[str, Weak]:
    said = {
        "relationshipsWithoutSource": (
            _("Relationships that rest on no source"),
            _("Nobody can check these. Name where each was read, or take it out."),
        ),
        "relationshipsOnOneSource": (
            _("Relationships that rest on one source only"),
            _("They may well be right. A second source that says the same makes them surer."),
        ),
        "relationshipsUnsure": (
            _("Relationships that are marked as unsure"),
            _("Whoever added them had doubts. Look at the source before you rely on one."),
        ),
    }
    columns = (_("From"), _("Relationship"), _("To"), _("Rests on"))
    return {
        name: Weak(heading, hint, _LINK, columns, rows.relationship)
        for name, (heading, hint) in said.items()
    }


def _of_sources(rows: _Rows) -> Mapping[str, Weak]:
    withheld = (_("From"), _("Relationship"), _("To"), _("Source"), _("Where the source says it"))
    return {
        "disagreements": Weak(
            _("Facts that sources give different values of"),
            _(
                "The first value is shown on the page of the thing. If it is wrong, correct the"
                " source, or give a better one a higher rank."
            ),
            f"entity {_NODE} property values",
            (_("Name"), _("Fact"), _("What each source says")),
            rows.disagreement,
        ),
        "unmappedCodes": Weak(
            _("Codes that nothing here matches exactly"),
            _(
                "A register has these codes, and nothing here stands for exactly the same. If"
                " something does, give it the code."
            ),
            f"scheme schemeVersion value label near {_NODE}",
            (_("Code"), _("Register"), _("Called there"), _("Comes near it")),
            rows.code,
        ),
        "proposedMatches": Weak(
            _("Pairs that are called the same"),
            _(
                "They may be one thing in two sources, but a name is no proof. Look at both; if"
                " they are the same, say so in the data."
            ),
            f"entity {_NODE} other {_NODE}",
            (_("Name"), _("The other"), _("Kind"), _("Compared")),
            rows.pair,
        ),
        "danglingReferences": Weak(
            _("Relationships that wait for something that is not there"),
            _(
                "A source names a thing that nobody has loaded. The relationship is shown as soon"
                " as the thing is there; until then check how it is spelt."
            ),
            _WITHHELD,
            withheld,
            rows.withheld,
        ),
        "overruledReferences": Weak(
            _("Relationships that give way to others"),
            _(
                "Only one of its kind can be shown and a source of higher rank gives another, or"
                " both together would go round in a circle. Correct whichever source is wrong."
            ),
            _WITHHELD,
            withheld,
            rows.withheld,
        ),
    }
