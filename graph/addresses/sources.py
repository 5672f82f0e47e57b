"""How sources want to be named: one line for each, of what their declarations say."""

from collections.abc import Iterable, Mapping
from typing import Any

CREDITS = """query Credits($slugs: [String!], $first: Int) {
  sources(where: {slug: {in: $slugs}}, orderBy: [{name: ASC}], first: $first) {
    nodes { slug name publisher year licence link }
  }
}"""


def credit(source: Mapping[str, Any]) -> str:
    """`Title. Publisher, 2024. Licence. Address`, as far as it is known."""
    publication = ", ".join(str(source[part]) for part in ("publisher", "year") if source.get(part))
    parts = (source["name"], publication, source.get("licence"), source.get("link"))
    return ". ".join(str(part).rstrip(".") for part in parts if part)


def credits(sources: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of several."""
    return [credit(source) for source in sources]
