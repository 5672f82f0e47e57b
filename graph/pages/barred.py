"""The page of a request that is refused before any page: who asks may not, or not now.

It is whole in itself, for what it would fetch is refused too; its style is allowed by its hash.
"""

import base64
import hashlib
from functools import cache

from jinja2 import Template

from graph.pages.page import Rendered
from graph.pages.render import plain
from graph.pages.words import _, counted

STYLE = (
    "body{color:#212b32;font:1.1rem/1.5 arial,sans-serif;margin:0 auto;max-width:40rem;padding:2rem"
    " 1rem;overflow-wrap:anywhere}a{color:#005eb8}.said{color:#4c6272;font-size:1rem}"
    "@media(prefers-color-scheme:dark){body{background:#12181c;color:#e8edee}a{color:#8ec5ff}"
    ".said{color:#aeb7bd}}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)
_TRIES_AGAIN = 503


def barred(code: str, message: str, status: int, wait_s: int = 0) -> Rendered:
    """The page; `wait_s` is after how many seconds to ask again, 0 where that does not help."""
    body = _template().render(
        heading=_heading(code),
        advice=_advice(code, wait_s),
        message=message,
        code=code,
        again=wait_s if status == _TRIES_AGAIN else 0,
        style=STYLE,
    )
    return Rendered(body, status, {"Content-Security-Policy": POLICY})


@cache
def _template() -> Template:
    return plain().get_template("barred.html")


def _heading(code: str) -> str:
    headings = {
        "UNAUTHENTICATED": _("You are not signed in"),
        "FORBIDDEN": _("You may not see this"),
        "HOST_NOT_SERVED": _("There is no service under this name"),
        "RATE_LIMITED": _("You have asked for very much in a short time"),
        "SERVICE_UNAVAILABLE": _("This service cannot answer at the moment"),
        "IDENTITY_UNAVAILABLE": _("Nobody can sign in at the moment"),
        "HEAD_TOO_LARGE": _("This address is too long"),
        "REQUEST_TIMEOUT": _("Your request did not arrive in time"),
        "BAD_REQUEST": _("Your browser and this service do not understand each other"),
    }
    return headings.get(code, _("Something went wrong on our side"))


def _advice(code: str, wait_s: int) -> str:
    again = _(
        "Keep this page open: it tries again by itself in {time}. The address stays the same."
    ).format(time=_time(wait_s))
    advice = {
        "UNAUTHENTICATED": _(
            "Sign in, then open this address again. If nothing asks you to sign in, people come in"
            " by another address: ask whoever gave you this one."
        ),
        "FORBIDDEN": _("Ask whoever runs this service to let you see it, or sign in as another."),
        "HOST_NOT_SERVED": _(
            "Check the first part of the address. If it is right, tell whoever gave it to you."
        ),
        "RATE_LIMITED": _("You can load this page again in {time}.").format(time=_time(wait_s)),
        "HEAD_TOO_LARGE": _(
            "Go back and ask for less at once: a list in parts, fewer filters, a shorter text."
        ),
        "REQUEST_TIMEOUT": _("Check your connection, then load the page again."),
        "SERVICE_UNAVAILABLE": again,
        "IDENTITY_UNAVAILABLE": again,
    }
    return advice.get(
        code, _("Load the page again. If it stays so, tell whoever runs the service.")
    )


def _time(seconds: int) -> str:
    if seconds < 100:
        return counted(seconds, "second", "seconds")
    return counted(-(-seconds // 60), "minute", "minutes")
