"""The career map in a browser: its steps as lines, and the whole of it as a file."""

from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import Service
from tests.pages.test_careers import roles_of

SVG = "{http://www.w3.org/2000/svg}"


def test_steps_are_said_and_drawn(page: Page, patient: Service) -> None:
    roles = {role["slug"]: role for role in roles_of(patient) if role["careerLevel"]}
    steps = {(s, n["slug"]) for s, role in roles.items() for n in role["nextSteps"]["nodes"]}
    shown = {(start, end) for start, end in steps if end in roles}
    page.goto("/careers")
    expect(page.locator(".rg-map__step")).to_have_count(0)
    expect(page.locator(".rg-map__lines")).to_have_count(0)
    page.get_by_role("link", name="Show the steps").click()
    assert f"{len(shown)} steps lead from one of them to another" in page.inner_text("figcaption")
    rows = {
        slug: {row["slug"] for row in role["professions"]["nodes"]} or {"none"}
        for slug, role in roles.items()
    }
    lines = sum(len(rows[start] & rows[end]) or 1 for start, end in shown)
    expect(page.locator(".rg-map__lines path")).to_have_count(lines)


@pytest.mark.parametrize("path", ["/careers?steps=shown", "/careers?rows=serviceAreas"])
def test_the_map_is_saved_as_it_stands(page: Page, path: str) -> None:
    page.goto(path)
    figure = page.locator("[data-map]")
    with page.expect_download() as found:
        figure.get_by_role("button", name="Save as SVG").click()
    drawn = ElementTree.fromstring(found.value.path().read_text("utf-8"))
    words = " ".join("".join(text.itertext()) for text in drawn.iter(f"{SVG}text"))
    cards = figure.locator("[data-role]")
    for name in cards.locator("a").all_inner_texts():
        assert name.split()[0] in words
    rounded = [each for each in drawn.iter(f"{SVG}rect") if each.get("rx")]
    assert len(rounded) == cards.count()
    assert len(list(drawn.iter(f"{SVG}path"))) == page.locator(".rg-map__lines path").count()
    with page.expect_download() as found:
        figure.get_by_role("button", name="Save as PNG").click()
    assert found.value.path().read_bytes().startswith(b"\x89PNG")


def test_without_scripts_the_map_stands_and_nothing_offers_to_save_it(
    browser: Browser, patient: Service, seed: None
) -> None:
    plain = browser.new_page(base_url=patient.url, java_script_enabled=False)
    plain.goto("/careers?steps=shown")
    expect(plain.locator("[data-role]").first).to_be_visible()
    expect(plain.locator(".rg-map__step").first).to_be_visible()
    expect(plain.get_by_role("button", name="Save as")).to_have_count(0)
    plain.close()
