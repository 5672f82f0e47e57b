"""Pages about the data itself: help, and what changed."""

from collections.abc import Callable, Mapping, Sequence

from graph.mapping.declare import Confidence
from graph.mapping.fragment import NO_VERSION
from graph.mapping.model import GraphModel
from graph.pages.cells import Cell
from graph.pages.feed import MEDIA_TYPE
from graph.pages.feed import PATH as FEED
from graph.pages.labels import described, list_label, readable, summary, type_label, value_label
from graph.pages.links import Links
from graph.pages.lookup import PATH as LOOKUP
from graph.pages.lookup import LookUp
from graph.pages.page import VERSION, Data, Link, PageQuery, View
from graph.pages.parameters import Parameters
from graph.pages.quality import Quality
from graph.pages.report import Field, Table, count, report, text, thing
from graph.pages.words import _, moment, number

_NODE = "__typename slug name"
_AT_ONCE = 100


class About:
    """The pages about the data."""

    def __init__(self, model: GraphModel, links: Links) -> None:
        self._model = model
        self._links = links
        self.pages: Mapping[str, Callable[[Parameters], PageQuery]] = {
            "/help": self.help,
            "/changes": self.changes,
            "/quality": Quality(model, links).ask,
            LOOKUP: LookUp(links, {kind.name: type_label(kind) for kind in model.types}).ask,
            "/questions": self.questions,
        }

    @property
    def worked(self) -> Sequence[Link]:
        """Questions in plain words, each with the page that answers it."""
        to = self._links.to
        return (
            Link(
                _("Which roles cross nursing and physiotherapy?"),
                to("/roles", **{"professions.and": "nursing,physiotherapy"}),
            ),
            Link(_("How many roles do professions and service areas share?"), to("/matrix")),
            Link(_("Which roles span the most boundaries?"), to("/boundaries")),
            Link(_("Which roles are there at each career level?"), to("/careers")),
            Link(
                _("What is a level 4 in pay bands and qualifications, and who says so?"),
                to("/levels", value=4),
            ),
            Link(
                _("How do people get from assistant practitioner to registered nurse?"),
                to("/pathways", **{"from": "assistant-practitioner", "to": "registered-nurse"}),
            ),
            Link(
                _("How far is a healthcare assistant from an occupational therapist?"),
                to("/compare", ids="Role:healthcare-assistant,Role:occupational-therapist"),
            ),
            Link(
                _("Which case studies come from the North West?"),
                to("/caseStudies", region="north-west"),
            ),
            Link(_("Which programmes are there, and who teaches them?"), to("/programmes")),
            Link(_("In which regions is there training?"), to("/map")),
            Link(_("What does the code R0017 on a letter mean?"), to("/search", q="R0017")),
            Link(_("How are two things connected?"), to("/connections")),
            Link(_("Which roles have no programme, and what else is missing?"), to("/quality")),
            Link(_("What changed with the last loads?"), to("/changes")),
            Link(_("Which answers can a spreadsheet or a dashboard use?"), to("/q")),
            Link(_("What do all the codes and names in my list mean?"), to("/lookup")),
        )

    def questions(self, parameters: Parameters) -> PageQuery:
        """The worked questions as a page."""
        parameters.done()
        rows = [([link.text], link.href) for link in self.worked]
        table = Table(_("Questions"), (_("Question"),), [(_linked(*row),) for row in rows])
        view = report(_("Questions that are answered here"), "", [table])
        return PageQuery(f"query Questions {{ {VERSION} }}", {}, lambda _data: view)

    def help(self, parameters: Parameters) -> PageQuery:
        """How to read what is shown."""
        parameters.done()
        confidence = [
            (text(value_label(Confidence, each.name)), text(described(each.value)))
            for each in Confidence
        ]
        kinds = [
            (
                _linked([list_label(kind)], self._links.list(kind.name)),
                text(summary(kind)),
            )
            for kind in self._model.types
        ]
        tables = (
            Table(
                _("How sure a statement is"),
                (_("Word"), _("What it means")),
                confidence,
                _(
                    "Beside every statement stands how sure it is. Unfold it to see the sources it"
                    " rests on and the day they were read. The key E unfolds all of them."
                ),
            ),
            Table(_("Words used here"), (_("Word"), _("What it means")), _glossary()),
            Table(_("Kinds of things"), (_("Kind"), _("What it is")), kinds),
        )
        intro = (
            _(
                "Every page can be linked, printed and read without scripts; its address holds all"
                " that you chose. Lists can be taken away as a spreadsheet. Who writes queries"
                " finds each page's question in GraphiQL by the link at its foot."
            ),
        )
        view = report(_("Help and glossary"), "", tables, intro=intro)
        return PageQuery(f"query Help {{ {VERSION} }}", {}, lambda _data: view)

    def changes(self, parameters: Parameters) -> PageQuery:
        """What each load brought, and what changed since a version."""
        since, before = parameters.one("since"), parameters.one("before")
        parameters.done()
        hint = _("A day, such as 2026-11-01, or a version of the data. Empty: all changes.")
        fields = [Field("since", _("Changes since"), since, hint)]
        query = (
            "query Changes($since: String!, $before: String) { loads(last: 20) { totalCount"
            " nodes { source at version added changed retired rejected } }"
            f" changes(since: $since, last: {_AT_ONCE}, before: $before) {{ totalCount"
            " pageInfo { hasPreviousPage startCursor }"
            f" nodes {{ kind at entity {{ {_NODE} }} }} }} {VERSION} }}"
        )

        def view(data: Data) -> View:
            loads, changes = data["loads"], data["changes"]
            first = Table(
                _("Loads"),
                (_("When"), _("Source"), _("Version"), _("Added"), _("Changed"), _("Retired")),
                [
                    (
                        _linked(
                            [moment(load["at"])],
                            self._links.to("/changes", since=load["version"]),
                        ),
                        text(load["source"]),
                        text(load["version"]),
                        count(load["added"]),
                        count(load["changed"]),
                        count(load["retired"]),
                    )
                    for load in reversed(loads["nodes"])
                ],
                _("The latest first. A date opens what changed after that load."),
                loads["totalCount"],
            )
            info = changes["pageInfo"]
            earlier = self._links.to("/changes", since=since, before=info["startCursor"])
            second = Table(
                _("What changed"),
                (_("What"), _("How"), _("When")),
                [
                    (
                        thing(self._links, each["entity"]),
                        text(readable(each["kind"])),
                        text(moment(each["at"])),
                    )
                    for each in reversed(changes["nodes"])
                ],
                _("{count} in all. The latest first, {most} at a time.").format(
                    count=number(changes["totalCount"]), most=_AT_ONCE
                ),
                empty=_("Nothing has changed since then."),
                more=Link(_("Earlier changes"), earlier) if info["hasPreviousPage"] else None,
                is_part=changes["totalCount"] > len(changes["nodes"]),
            )
            head = (Link(MEDIA_TYPE, self._links.to(FEED)),)
            address = self._links.to("/changes")
            tables = (second, first) if since or before else (first, second)
            return report(_("What changed"), address, tables, fields=fields, head=head)

        variables = {"since": since or NO_VERSION, "before": before or None}
        return PageQuery(query, variables, view)


def _linked(texts: Sequence[str], href: str) -> Cell:
    return Cell(texts, href)


def _glossary() -> Sequence[Sequence[Cell]]:
    words = (
        (_("Source"), _("A page, report or register that a statement was read from.")),
        (_("Register"), _("A source that gives each of its entries a code, such as ESCO or ODS.")),
        (_("Retired"), _("No source says it any more. Its address stays, so links do not break.")),
        (_("Career Framework level"), _("1 to 9: how much responsibility a role carries.")),
        (_("Qualification level"), _("1 to 8: how demanding the qualification for a role is.")),
        (_("Pay band"), _("Agenda for Change: what the NHS pays for a post, not what it is.")),
        (_("Boundary"), _("A line between professions, service areas or sectors.")),
        (_("Match"), _("How well an outside code fits: exact, close, broad, narrow or related.")),
    )
    return [(text(word), text(meaning)) for word, meaning in words]
