"""Jinja2 over `templates/`: everything is escaped, nothing that is missing is passed over."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from graph.mapping.declare import Confidence
from graph.mapping.enums import MatchType
from graph.mapping.model import GraphModel
from graph.mapping.names import constant
from graph.pages import markup, words
from graph.pages.labels import described, end_label, list_label, type_label, value_label
from graph.pages.links import Links

_KEPT, _LONGEST_KEPT = 1_024, 2_000


@dataclass(frozen=True, slots=True)
class Choice:
    """A member of an enum as people read it."""

    label: str
    hint: str


def environment(model: GraphModel, links: Links) -> Environment:
    """The templates of one graph, with what all of them may call."""
    templates = plain()
    made_once = _made_once(templates)
    labels = {name: each.label for name, each in choices(Confidence).items()}
    templates.filters.update(
        number=words.number,
        day=words.day,
        moment=words.moment,
        listed=words.listed,
        marked=_marked,
        **markup.filters(links, labels, made_once),
    )
    shared: dict[str, Any] = templates.globals  # pyright: ignore[reportAssignmentType]
    shared.update(
        links=links,
        counted=words.counted,
        names_apart=words.names_apart,
        matches=choices(MatchType),
        type_labels={kind.name: type_label(kind) for kind in model.types},
        kinds={constant(kind.name): kind for kind in model.types},
        list_label=list_label,
        relationship_labels=_relationship_labels(model),
    )
    shared["m"] = templates.get_template("macros.html").module
    return templates


def _made_once(templates: Environment) -> Callable[..., Markup]:
    """What a macro makes of values of JSON, kept: most of a page's time is calls of macros."""

    @lru_cache(_KEPT)
    def made(name: str, values: bytes) -> Markup:
        macros: Any = templates.globals["m"]
        return getattr(macros, name)(*orjson.loads(values))

    def made_once(name: str, *values: Any) -> Markup:
        text = orjson.dumps(values)
        return (made if len(text) <= _LONGEST_KEPT else made.__wrapped__)(name, text)

    return made_once


def _relationship_labels(model: GraphModel) -> Mapping[str, str]:
    """What a type of relationships says: `Roles: professions`."""
    return {
        end.relationship.type: f"{list_label(kind)}: {end_label(end).lower()}"
        for kind in model.types
        for end in model.ends(kind.name)
        if end.forward
    }


def plain() -> Environment:
    """The templates with texts of the catalogue, and nothing of any graph."""
    bare = Environment(
        loader=PackageLoader("graph.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    install: Any = getattr(bare, "install_gettext_translations")  # noqa: B009  untyped extension
    install(words.CATALOGUE, newstyle=True)
    shared: dict[str, Any] = bare.globals  # pyright: ignore[reportAssignmentType]
    shared["language"] = words.language()
    return bare


def choices(enum: type[Enum]) -> Mapping[str, Choice]:
    """The members of an enum by name."""
    return {
        each.name: Choice(value_label(enum, each.name), described(str(each.value))) for each in enum
    }


def _marked(text: str) -> Markup:
    """A highlight of the search, which comes escaped, with `<mark>` about what was found."""
    pieces = text.replace("</mark>", "<mark>").split("<mark>")
    return Markup("").join(
        Markup("<mark>{}</mark>").format(_unescaped(piece)) if at % 2 else _unescaped(piece)
        for at, piece in enumerate(pieces)
    )


@lru_cache(1024)
def _unescaped(text: str) -> str:
    return html.unescape(text)
