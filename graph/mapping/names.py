"""One name in the styles that Python, GraphQL and enums write it in."""

import re


def camel(name: str) -> str:
    """`alt_names` -> `altNames`, the name in GraphQL and in the database alike."""
    head, *tail = name.split("_")
    return head + "".join(part.title() for part in tail)


def constant(name: str) -> str:
    """`readOn` -> `READ_ON`, `ServiceArea` -> `SERVICE_AREA`: the name as an enum's value."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).upper()
