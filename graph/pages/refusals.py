"""What is shown where there is no answer: what is wrong, what to do, and what lies near."""

from collections.abc import Mapping

import orjson

from graph.pages import page
from graph.pages.page import Refusal, Rendered, View
from graph.pages.words import _

STATUS: Mapping[str, int] = {
    "NOT_FOUND": 404,
    "BAD_USER_INPUT": 400,
    "BAD_REQUEST": 400,
    "GRAPHQL_PARSE_FAILED": 400,
    "GRAPHQL_VALIDATION_FAILED": 400,
    "QUERY_TOO_COMPLEX": 400,
    "METHOD_NOT_ALLOWED": 405,
    "RATE_LIMITED": 429,
    "DEADLINE_EXCEEDED": 504,
    "DATABASE_UNAVAILABLE": 503,
    "DATABASE_BUSY": 503,
}
WAIT_S = 5
"""After so many seconds a page that waits for the database tries again."""
NEAREST = f"query Nearest($id: ID!) {{ {page.NEAREST.format(ids='[$id]')} {page.VERSION} }}"


def view(refusal: Refusal) -> View:
    """The page of a refusal."""
    status = STATUS.get(refusal.code, 500)
    content = {
        "message": refusal.message,
        "advice": _advice(refusal.code),
        "near": refusal.near,
        "wait": WAIT_S if status == 503 else 0,
    }
    return View("refusal.html", _heading(refusal.code), content, status=status)


def as_json(refusal: Refusal) -> Rendered:
    """The same for programs, in the form of GraphQL's errors."""
    error = {"message": refusal.message, "extensions": {"code": refusal.code}}
    status = STATUS.get(refusal.code, 500)
    return Rendered(
        orjson.dumps({"errors": [error]}), status, waiting(status), media_type="application/json"
    )


def waiting(status: int) -> Mapping[str, str]:
    """The headers that say when to ask again."""
    return {"Retry-After": str(WAIT_S)} if status == 503 else {}


def _heading(code: str) -> str:
    headings = {
        "NOT_FOUND": _("Page not found"),
        "BAD_USER_INPUT": _("This address asks for something that cannot be shown"),
        "QUERY_TOO_COMPLEX": _("That is more than one page can show"),
        "DEADLINE_EXCEEDED": _("The answer took too long"),
        "DATABASE_UNAVAILABLE": _("The data cannot be reached at the moment"),
        "DATABASE_BUSY": _("Too many people are asking at the moment"),
        "METHOD_NOT_ALLOWED": _("This address is only for reading"),
        "RATE_LIMITED": _("You have asked for very much in a short time"),
    }
    if code in headings:
        return headings[code]
    asked_wrongly = STATUS.get(code) == 400
    return headings["BAD_USER_INPUT"] if asked_wrongly else _("Something went wrong on our side")


def _advice(code: str) -> str:
    advice = {
        "NOT_FOUND": _("Check the address, search above, or begin at the first page."),
        "QUERY_TOO_COMPLEX": _("Choose fewer columns, a smaller page or more filters."),
        "DEADLINE_EXCEEDED": _("Ask again, or choose more filters so that less is looked through."),
        "DATABASE_UNAVAILABLE": _(
            "The database that holds the data is down or starting."
            " Keep this page open: it tries again by itself, and the address stays the same."
        ),
        "RATE_LIMITED": _("Wait for a minute, then load the page again."),
        "DATABASE_BUSY": _("Keep this page open: it tries again by itself."),
    }
    return advice.get(code, _("Change the address, or begin at the first page."))
