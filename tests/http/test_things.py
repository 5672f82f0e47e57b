"""What variables of saved questions name, by where they stand."""

import pytest
from graphql import OperationDefinitionNode, parse, validate

from graph.addresses.things import Things, things_of
from graph.mapping.derive import meaning_of
from tests.conftest import SCHEMA

ROLE = Things(("Role",))
SLUG = Things(("Role",), by_slug=True)
PROFESSION = Things(("Profession",), by_slug=True)
JOINED = Things(("Profession", "ServiceArea", "Skill"))
KNOWN = {
    "the slug of a look-up": ("($x: String!) { role(slug: $x) { name } }", SLUG),
    "a look-up among a subset": ("($x: String!) { university(slug: $x) { name } }", None),
    "an id of any type": ("($x: ID!) { node(id: $x) { id } }", Things()),
    "ids of any type": ("($x: [ID!]!) { nodes(ids: $x) { id } }", Things()),
    "one of several ids": ("($x: ID!) { nodes(ids: [$x]) { id } }", Things()),
    "ids of one type": ("($x: ID!) { gap(from: $x, to: $x) { basis } }", ROLE),
    "ids of some types": ("($x: [ID!]!) { bridges(between: $x) { totalCount } }", JOINED),
    "ids of any type and of one": ("($x: ID!) { node(id: $x) { id } gap(from: $x, to: $x) { basis } }", ROLE),
    "ids of types that share one": (
        "($x: ID!) { paths(from: $x, to: $x) { length } bridges(between: [$x]) { totalCount } }",
        JOINED,
    ),
    "ids that nothing can be": (
        "($x: ID!) { gap(from: $x, to: $x) { basis } bridges(between: [$x]) { totalCount } }",
        None,
    ),
    "a slug and an id": (
        '($x: ID!) { gap(from: $x, to: "Role:a") { basis } role(slug: "a") { name } }',
        ROLE,
    ),
    "a condition": ("($x: String) { roles(where: {slug: {eq: $x}}) { totalCount } }", SLUG),
    "conditions one in another": (
        "($x: [String!]) { roles(where: {and: [{professions: {some: {node: {slug: {in: $x}}}}}]})"
        " { totalCount } }",
        PROFESSION,
    ),
    "a condition below a look-up": (
        '($x: String) { role(slug: "a") { professions(where: {node: {slug: {ne: $x}}})'
        " { totalCount } } }",
        PROFESSION,
    ),
    "slugs of two types": (
        "($x: String!) { role(slug: $x) { name } profession(slug: $x) { name } }",
        None,
    ),
    "part of a slug": ("($x: String) { roles(where: {slug: {contains: $x}}) { totalCount } }", None),
    "a slug of any type": (
        "($x: String) { dataQuality { oneSource(where: {slug: {eq: $x}}) { totalCount } } }",
        None,
    ),
    "a name": ("($x: String) { roles(where: {name: {eq: $x}}) { totalCount } }", None),
    "words": ("($x: String!) { search(query: $x) { totalCount } }", None),
    "a slug, and words": (
        "($x: String!) { search(query: $x) { totalCount } role(slug: $x) { name } }",
        None,
    ),
    "words, and a slug": (
        "($x: String!) { role(slug: $x) { name } search(query: $x) { totalCount } }",
        None,
    ),
    "a number": ("($x: Int) { roles(first: $x) { totalCount } }", None),
}  # fmt: skip


@pytest.mark.parametrize("name", KNOWN)
def test_what_a_variable_names_follows_from_where_it_stands(name: str) -> None:
    text, things = KNOWN[name]
    document = parse(f"query {text}")
    assert validate(SCHEMA, document) == []
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    assert things_of(operation, SCHEMA).get("x") == things


def test_every_field_says_what_it_stands_for() -> None:
    assert SCHEMA.query_type
    assert all(meaning_of(field) for field in SCHEMA.query_type.fields.values())
