"""Pages about two things: ways from role to role, how things connect."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.pages.cells import EVIDENCE, evidence
from graph.pages.labels import readable
from graph.pages.links import Links
from graph.pages.page import NEAREST, VERSION, Data, PageQuery, View
from graph.pages.parameters import Parameters
from graph.pages.pictures import Picture
from graph.pages.report import Field, Table, folded, report, text, thing
from graph.pages.steps import NODE, Steps, role, step_columns, step_row
from graph.pages.words import _, counted, isolated, names_apart

_NEAREST = NEAREST.format(ids="[$from, $to]")


@dataclass(frozen=True, slots=True)
class Pair:
    """A page about two things that its address names, with the form to name them."""

    links: Links
    path: str
    heading: str
    labels: tuple[str, str]
    hint: str
    suggests: str
    """Of which type the two are, by its plural; "" for any."""
    question: str
    """What is asked of `$from` and `$to`."""
    title: str
    """Of the picture."""
    none: str
    view: Callable[[Data], Sequence[Table]]
    """The tables of the answer, one a way."""
    finding: Callable[[Data], str]
    said: Callable[[Data], Sequence[str]] = lambda _data: ()
    """The answer in sentences, above all else."""

    def ask(self, parameters: Parameters) -> PageQuery:
        """The form; where both are named, with the answer."""
        start, finish = parameters.one("from"), parameters.one("to")
        is_open = parameters.is_open()
        parameters.done()
        fields = self.fields(start, finish)

        def answer(data: Data) -> View:
            tables = self.view(data) if start and finish else ()
            finding = self.finding(data) if tables else self.none if start and finish else ""
            picture = Picture("steps", self.title, finding) if tables else None
            address = self.links.to(self.path)
            shown = report(
                self.heading,
                address,
                tables,
                fields=fields,
                finding=finding,
                picture=picture,
                intro=self.said(data) if tables else (),
            )
            named = {"from": start, "to": finish}
            return folded(shown, self.links, self.path, is_open, **named) if tables else shown

        if not (start and finish):
            return PageQuery(f"query Form {{ {VERSION} }}", {}, answer)
        query = f"query Pair($from: ID!, $to: ID!) {{ {self.question} {_NEAREST} {VERSION} }}"
        return PageQuery(query, {"from": role(start), "to": role(finish)}, answer, (start, finish))

    def fields(self, start: str, finish: str) -> Sequence[Field]:
        """The form."""
        return (
            Field("from", self.labels[0], start, self.hint, suggests=self.suggests),
            Field("to", self.labels[1], finish, self.hint, suggests=self.suggests),
        )


class Ways:
    """The pages about ways and connections."""

    def __init__(self, links: Links) -> None:
        self._links = links
        self.pages: Mapping[str, Callable[[Parameters], PageQuery]] = {
            "/pathways": self._ways_or_steps,
            "/connections": self._connections().ask,
        }

    def _ways_or_steps(self, parameters: Parameters) -> PageQuery:
        """The ways between two roles; where one is named, the steps from or to it."""
        given = {name for name, value in parameters.pairs if value.strip()} & {"from", "to"}
        pathways = self._pathways()
        if len(given) != 1:
            return pathways.ask(parameters)
        return Steps(self._links, pathways.heading, pathways.fields).ask(parameters)

    def _pathways(self) -> Pair:
        """Every known way from one role to another by career steps."""
        question = (
            f"pathway(from: $from, to: $to) {{ ways {{ roles {{ name }} steps {{"
            f" from {{ {NODE} }} to {{ {NODE} }} options {{ how entryRequirements credit"
            f" {EVIDENCE} }} }} }} }}"
        )
        return Pair(
            self._links,
            "/pathways",
            _("Ways from role to role"),
            (_("From the role"), _("To the role")),
            _("As in the address of its page, such as healthcare-assistant"),
            "roles",
            question,
            _("The ways, drawn from left to right"),
            _("No way is known from the one to the other by career steps."),
            lambda data: [self._way(way) for way in _ways(data)],
            lambda data: _("{ways} by known career steps.").format(
                ways=counted(len(_ways(data)), "way", "ways")
            ),
        )

    def _way(self, way: Data) -> Table:
        return Table(
            " → ".join(isolated(role["name"]) for role in way["roles"]),
            step_columns(),
            [
                step_row(self._links, step["from"], step["to"], option)
                for step in way["steps"]
                for option in step["options"]
            ],
            is_steps=True,
        )

    def _connections(self) -> Pair:
        """How two things are connected, in sentences."""
        question = (
            "paths(from: $from, to: $to, k: 3) { sentence steps {"
            f" from {{ {NODE} }} to {{ {NODE} }} relationship sentence {EVIDENCE} }} }}"
        )
        return Pair(
            self._links,
            "/connections",
            _("How two things are connected"),
            (_("From"), _("To")),
            _("Kind and slug, such as Role:assistant-practitioner"),
            "",
            question,
            _("The connections, drawn from left to right"),
            _("They are not connected within four steps."),
            lambda data: [self._path(path) for path in data["paths"]],
            _connected,
            lambda data: [_apart(each["sentence"], each["steps"]) for each in data["paths"]],
        )

    def _path(self, path: Data) -> Table:
        return Table(
            _apart(path["sentence"], path["steps"]),
            (_("From"), _("To"), _("How"), _("In words"), _("Rests on")),
            [
                (
                    thing(self._links, step["from"]),
                    thing(self._links, step["to"]),
                    text(readable(step["relationship"])),
                    text(_apart(step["sentence"], [step])),
                    evidence(step, _apart(step["sentence"], [step])),
                )
                for step in path["steps"]
            ],
            is_steps=True,
        )


def _ways(data: Data) -> Sequence[Data]:
    pathway: Data | None = data["pathway"]
    return pathway["ways"] if pathway else ()


def _connected(data: Data) -> str:
    paths: Sequence[Data] = data["paths"]
    return _("{paths} of at most {steps}.").format(
        paths=counted(len(paths), "connection", "connections"),
        steps=counted(max(len(each["steps"]) for each in paths), "step", "steps"),
    )


def _apart(sentence: str, steps: Sequence[Data]) -> str:
    return names_apart(sentence, [step[end]["name"] for step in steps for end in ("from", "to")])
