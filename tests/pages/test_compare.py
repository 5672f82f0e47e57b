"""Things side by side: of each type, what is the same, and what cannot be compared."""

import re
from html import escape

import pytest

from graph.mapping.model import NodeType
from graph.schema import MODEL
from tests.conftest import Service
from tests.pages.test_pages import get, text_of


def test_up_to_four_roles_are_compared_and_the_way_back_of_two(service: Service) -> None:
    roles = ["healthcare-assistant", "occupational-therapist", "registered-nurse"]
    said = text_of(get(service, f"/compare?ids={','.join(roles[:2])}"))
    assert "From Healthcare Assistant to Occupational Therapist" in said
    assert "From Occupational Therapist to Healthcare Assistant" in said
    page = get(service, f"/compare?ids={','.join([*roles, 'assistant-practitioner'])}")
    assert re.search(r"Qualification level 2 6 6 5 Differs", text_of(page))
    assert "to Assistant Practitioner" in text_of(page)
    assert "4 is the most" in get(service, "/compare?ids=a,b,c,d,e", 400)
    page = get(service, "/compare?ids=healthcare-assistant,assistant-practitoner", 404)
    assert "There is nothing called “Role:assistant-practitoner” here." in page
    assert 'href="/roles/assistant-practitioner"' in page


def two_of(service: Service, plural: str) -> list[dict[str, str]]:
    data = service.post(f"{{ {plural}(first: 2) {{ nodes {{ id slug name }} }} }}").json()["data"]
    return data[plural]["nodes"]


@pytest.mark.parametrize("kind", MODEL.types, ids=lambda kind: kind.name)
def test_two_of_each_kind_are_compared(service: Service, kind: NodeType) -> None:
    both = two_of(service, kind.plural)
    if len(both) < 2:
        both = []  # no such things are in the seed: the form alone
    page = get(service, f"/compare?ids={','.join(each['id'] for each in both)}")
    for each in both:
        assert (
            f'<a href="/{kind.plural}/{each["slug"]}"><bdi>{escape(each["name"])}</bdi></a>' in page
        )
    assert not both or "Differs" in text_of(page) or "Same" in text_of(page)


def test_what_professions_are_related_to_stands_side_by_side(service: Service) -> None:
    page = get(service, "/compare?ids=Profession:nursing,Profession:physiotherapy")
    assert "Professions side by side" in text_of(page)
    query = """{ nursing: profession(slug: "nursing") { roles(first: 12) { totalCount nodes { name } } }
      physiotherapy: profession(slug: "physiotherapy") { roles(first: 12) { totalCount nodes { name } } } }"""
    row = page.partition("<bdi>Roles</bdi>")[2].partition("</tr>")[0]
    for each in service.post(query).json()["data"].values():
        names, total = each["roles"]["nodes"], each["roles"]["totalCount"]
        assert all(escape(node["name"]) in row for node in names)
        assert total <= 12 or f"and {total - 12} more" in row


def test_what_cannot_be_compared_is_said(service: Service) -> None:
    said = text_of(get(service, "/compare?ids=Role:ap-stroke,Profession:nursing", 400))
    assert "Only things of one kind can be compared. These are Roles and Professions." in said
    said = text_of(get(service, "/compare?ids=Profesion:nursing,Role:ap-stroke", 400))
    assert "There is no kind called “Profesion”. Try Profession" in said
    page = get(service, "/compare?ids=Profession:nursing,Profession:nursng", 404)
    assert "There is nothing called “Profession:nursng” here." in page
    assert 'href="/professions/nursing"' in page
    form = get(service, "/compare?ids=Profession:nursing")
    assert 'value="Profession:nursing"' in form and "kind=professions" in form
    assert 'href="/compare?ids=Profession%3Anursing"' in get(service, "/professions/nursing")
