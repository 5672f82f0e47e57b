"""Saved questions as pages: all of them, and each with a form, its answer as a table, and files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from enum import Enum
from typing import Any, cast

import orjson

from graph.addresses.parameters import BadParameter
from graph.addresses.saved import VERSION as SAVED_VERSION
from graph.addresses.saved import Parameter, Saved
from graph.addresses.things import Things
from graph.errors import QueryTooComplex
from graph.mapping.declare import Confidence
from graph.mapping.model import GraphModel
from graph.pages.cells import Cell
from graph.pages.labels import readable, value_label
from graph.pages.links import Links
from graph.pages.page import VERSION, Data, Link, PageQuery, Refusal, View
from graph.pages.parameters import Pairs, Parameters, grouped, short
from graph.pages.pictures import Picture
from graph.pages.report import Away, Field, Table, report, text
from graph.pages.words import _, counted, isolated, listed, number

PATH = "/q"
_SHOWN = 500
"""So many rows stand on a page; files have all of them."""
_CONSTANT = re.compile("[A-Z]+(_[A-Z]+)+")


class SavedPages:
    """The pages of the saved questions."""

    def __init__(
        self, model: GraphModel, links: Links, questions: Mapping[str, Saved], list_items: int
    ) -> None:
        self._links = links
        self._questions = questions
        self._list_items = list_items
        self._labels = _labels(model)
        self._plurals = {kind.name: kind.plural for kind in model.types}

    def index(self, parameters: Parameters) -> PageQuery:
        """All of them."""
        parameters.done()
        rows = [
            (
                Cell([each.title], self._links.to(f"{PATH}/{each.name}")),
                text(each.description),
                text(*map(_label, each.parameters)),
            )
            for each in self._questions.values()
        ]
        columns = (_("Question"), _("What it answers"), _("What to fill in"))
        if not any(each.description for each in self._questions.values()):
            rows = [(title, fields) for title, _none, fields in rows]
            columns = (columns[0], columns[2])
        intro = (
            _(
                "Each has an address of its own. Open one to fill in what it asks, see the answer"
                " as a table, and take it away as a file or as an address for a dashboard."
            ),
        )
        view = report(_("Saved questions"), "", [Table(_("Questions"), columns, rows)], intro=intro)
        return PageQuery(f"query SavedQuestions {{ {VERSION} }}", {}, lambda _data: view)

    def ask(self, name: str, pairs: Pairs) -> PageQuery:
        """One of them: its form, and where all that it needs is filled in its answer."""
        saved = self._questions.get(name)
        if saved is None:
            raise self._unknown(name)
        lines = [(key, line.strip()) for key, value in pairs for line in value.splitlines()]
        filled = [(key, line) for key, line in lines if line]
        if not filled and any(each.required for each in saved.parameters):
            form = self._view(saved, filled, None)
            return PageQuery(f"query Form {{ {VERSION} }}", {}, lambda _data: form)
        try:
            variables = saved.variables(filled, self._list_items)
        except BadParameter as error:
            raise Refusal("BAD_USER_INPUT", str(error)) from error

        def view(data: Data) -> View:
            try:
                rows = saved.table(data, variables)
            except QueryTooComplex as error:
                raise Refusal(error.code, error.message) from error
            return self._view(saved, filled, rows, variables)

        return PageQuery(saved.table_text, variables, view, version=SAVED_VERSION)

    def _unknown(self, name: str) -> Refusal:
        message = _("There is no saved question called “{name}”.").format(name=short(name))
        near = get_close_matches(name[:60], self._questions, 3)
        if near:
            message += " " + _("Did you mean {names}?").format(names=", ".join(near))
        return Refusal("NOT_FOUND", message)

    def _view(
        self,
        saved: Saved,
        filled: Pairs,
        rows: Sequence[Sequence[Any]] | None,
        variables: Mapping[str, Any] | None = None,
    ) -> View:
        address = f"{PATH}/{saved.name}"
        variables_json = orjson.dumps(variables or {}).decode()
        tables = [self._table(saved, rows)] if rows is not None else []
        needed = [_label(each) for each in saved.parameters if each.required]
        prompt = _("Fill in {fields} to see the answer.").format(fields=listed(needed))
        finding = counted(len(rows), "row", "rows") + "." if rows is not None else prompt
        away = Away(
            files_of(self._links, saved.name, filled),
            self._links.question(saved.text, variables_json),
        )
        view = report(
            saved.title,
            self._links.to(address),
            tables,
            intro=[saved.description] if saved.description else [],
            fields=[self._field(each, filled) for each in saved.parameters],
            finding=finding,
            away=away if rows is not None else None,
        )
        return replace(view, trail=(Link(_("Saved questions"), self._links.to(PATH)),))

    def _field(self, each: Parameter, filled: Pairs) -> Field:
        values = [value for name, value in filled if name == each.name]
        choices = () if each.many else each.options
        options = [Link(self._labels.get(name, readable(name)), name) for name in choices]
        if options and not each.required:
            options = [Link(_("As usual"), ""), *options]
        value = "\n".join(values) or ("" if each.default is None else str(each.default))
        return Field(
            each.name,
            _label(each),
            value,
            _hint(each),
            options,
            is_long=each.many,
            suggests=self._suggests(each.things),
            ids=not _is_slug(each),
        )

    def _suggests(self, things: Things | None) -> str | None:
        return None if things is None else ",".join(self._plurals[name] for name in things.types)

    def _table(self, saved: Saved, rows: Sequence[Sequence[Any]]) -> Table:
        shown = [[self._cell(value) for value in row] for row in rows[:_SHOWN]]
        return Table(
            _("Answer"),
            [cell.heading for cell in saved.cells],
            shown,
            picture=_picture(saved.title, shown),
            total=len(rows),
            empty=_("Nothing answers this. Check what you filled in, such as the spelling."),
        )

    def _cell(self, value: Any) -> Cell:
        values = cast(list[Any], value) if isinstance(value, list) else [value]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return Cell([self._cell_text(each) for each in values if each is not None], "", is_number)

    def _cell_text(self, value: Any) -> str:
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, float):
            return number(value)
        name = str(value)
        return self._labels.get(name) or (readable(name) if _CONSTANT.fullmatch(name) else name)


def _picture(title: str, rows: Sequence[Sequence[Cell]]) -> Picture | None:
    """Bars, where each row is a name and a number, or numbers with their sum; else None."""
    if len(rows) < 2 or not all(_is_bar(row) for row in rows):
        return None
    most = max(rows, key=lambda row: _number(row[-1]))
    finding = _("Most: {name}, {number}.").format(
        name=isolated(most[0].texts[0]), number=most[-1].texts[0]
    )
    return Picture("bars", title, finding)


def _is_bar(row: Sequence[Cell]) -> bool:
    name, *parts = row
    if not name.texts or name.is_number or not parts:
        return False
    if not all(each.is_number and len(each.texts) == 1 for each in parts):
        return False
    *others, last = map(_number, parts)
    return not others or sum(others) == last


def _number(cell: Cell) -> float:
    return float(cell.texts[0].replace(",", ""))


def files_of(links: Links, name: str, filled: Pairs) -> Sequence[Link]:
    """The answer of a saved question in each form that is a file."""
    parameters = grouped(filled)
    forms = ((_("CSV"), "csv"), (_("Excel"), "xlsx"), (_("JSON"), "rows.json"))
    return [
        Link(label, links.to(f"{PATH}/{name}.{form}", **cast(Data, parameters)))
        for label, form in forms
    ]


def _label(each: Parameter) -> str:
    return readable(each.name)


def _hint(each: Parameter) -> str:
    """What may be filled in: what kind of value, whether it is needed, what holds without it."""
    kinds = {
        "ID": _("Kind and slug of a thing"),
        "Int": _("A whole number"),
        "Float": _("A number"),
        "Boolean": _("true or false"),
        "Date": _("A date, such as 2026-11-23"),
    }
    words = _("As in the address of its page") if _is_slug(each) else _("A text")
    parts = [] if each.options else [kinds.get(each.scalar.name, words)]
    if each.many and each.options:
        parts.append(_("Any of {names}").format(names=", ".join(each.options)))
    if each.many:
        parts.append(_("one a line"))
    if each.example is not None:
        parts.append(_("for example {example}").format(example=_plain(each.example)))
    if not each.required and each.default is None:
        parts.append(_("may be left out"))
    elif each.default is not None:
        parts.append(_("{default} where nothing is filled in").format(default=_plain(each.default)))
    hint = "; ".join(parts)
    return f"{hint[:1].upper()}{hint[1:]}"


def _is_slug(each: Parameter) -> bool:
    return each.things is not None and each.things.by_slug


def _plain(value: Any) -> str:
    values = cast(list[Any], value) if isinstance(value, list) else [value]
    return ", ".join(map(str, values))


def _labels(model: GraphModel) -> Mapping[str, str]:
    """What members of declared enums are called, by name, where all call it the same."""
    edges = [each.edge for kind in model.types for each in kind.relationships]
    parts = [part for holder in (*model.types, *edges) for part in holder.properties]
    enums: set[type[Enum]] = {Confidence, *(part.enum for part in parts if part.enum)}
    labels_by_name: dict[str, set[str]] = {}
    for enum in enums:
        for member in enum:
            labels_by_name.setdefault(member.name, set()).add(value_label(enum, member.name))
    return {name: next(iter(labels)) for name, labels in labels_by_name.items() if len(labels) == 1}
