"""What a page is: one GraphQL document with its variables, and how its answer is shown."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.execution.answer import Answer

Data = dict[str, Any]
Ask = Callable[[str, Mapping[str, Any]], Awaitable[Answer]]
"""The engine: a document and its variables -> an answer."""

NEAREST = "nearest(ids: {ids}) {{ __typename slug name }}"
"""What the documents of pages about named things ask besides: a page is one statement."""
VERSION = "dataVersion { version loadedAt }"
"""What every page's document asks besides, for the foot of the page."""


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class View:
    """What is shown: a template, and what it shows.

    `heading` is the page's title too. `head` are links for machines: media type and address.
    """

    template: str
    heading: str
    content: Mapping[str, Any]
    trail: tuple[Link, ...] = ()
    status: int = 200
    head: tuple[Link, ...] = ()
    scripts: tuple[str, ...] = ()
    """Scripts that the page wants besides the common one."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The page has another address."""

    href: str


@dataclass(frozen=True, slots=True)
class File:
    """What is made for programs, not for people."""

    body: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class PageQuery:
    """A page before its answer is there."""

    text: str
    variables: Mapping[str, Any]
    view: Callable[[Data], View | Elsewhere | File]
    about: tuple[str, ...] = ()
    """The slugs or ids that the page is about: one that is not there is not found.

    The document asks for what they may have meant besides, as `nearest`."""
    version: str = "dataVersion"
    """Under which name the document asks for the data's version."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as it goes out."""

    body: str | bytes
    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    media_type: str = "text/html"


class Refusal(Exception):
    """A page that cannot be shown: `code` is the GraphQL code, or `NOT_FOUND`."""

    def __init__(self, code: str, message: str, near: Sequence[Data] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.near = near
        """What may have been meant instead."""
