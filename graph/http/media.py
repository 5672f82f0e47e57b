"""Which media type the client takes, after RFC 9110 section 12.5.1 and GraphQL over HTTP."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

GRAPHQL_RESPONSE = "application/graphql-response+json"
JSON = "application/json"
HTML = "text/html"
_OFFERED = (GRAPHQL_RESPONSE, JSON)
_LONGEST = 500
"""Characters of a header whose meaning is kept; longer ones are read each time."""
T = TypeVar("T")


def _cached(read: Callable[[str | None], T]) -> Callable[[str | None], T]:
    """Keep what headers of a usual length mean."""
    cached = lru_cache(256)(read)

    @wraps(read)
    def choose(header: str | None) -> T:
        return read(header) if header and len(header) > _LONGEST else cached(header)

    return choose


@_cached
def response_type(accept: str | None) -> str | None:
    """The best of what we offer; JSON where nothing is said, None where nothing fits."""
    if not accept:
        return JSON
    weights = _weights(accept)
    qualities = {offer: _quality(weights, offer) for offer in _OFFERED}
    if qualities[GRAPHQL_RESPONSE] > qualities[JSON]:
        return GRAPHQL_RESPONSE
    if qualities[JSON] == 0:
        return None
    if qualities[GRAPHQL_RESPONSE] == qualities[JSON] and GRAPHQL_RESPONSE in weights:
        order = list(weights)
        if JSON not in weights or order.index(GRAPHQL_RESPONSE) < order.index(JSON):
            return GRAPHQL_RESPONSE
    return JSON


@_cached
def wants_html(accept: str | None) -> bool:
    """Whether the client would rather have a page: a browser that opens the address."""
    if not accept:
        return False
    weights = _weights(accept)
    html = weights.get(HTML, 0.0)
    return html > 0 and html >= max(weights.get(offer, 0.0) for offer in _OFFERED)


@_cached
def is_json_request(content_type: str | None) -> bool:
    """Whether a request body is JSON in UTF-8."""
    if not content_type:
        return False
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part[8:].strip('"') for part in parameters if part.startswith("charset=")]
    return media == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        quality = 1.0
        for parameter in parameters:
            if parameter.startswith("q="):
                try:
                    quality = min(max(float(parameter[2:]), 0.0), 1.0)
                except ValueError:
                    quality = 0.0
        if media:
            weights[media] = quality
    return weights


def _quality(weights: dict[str, float], offer: str) -> float:
    for pattern in (offer, "application/*", "*/*"):
        if pattern in weights:
            return weights[pattern]
    return 0.0
