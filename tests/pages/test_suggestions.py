"""Fields of saved questions that take things offer them by name, by keyboard and without faults."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.test_browser import TELEPHONE, violations


def choose(page: Page, label: str, words: str, name: str) -> None:
    """Type into a field, and take the first that is offered."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.press_sequentially(words)
    expect(page.get_by_role("option").first).to_have_text(re.compile(f"^{name}\\s"))
    assert violations(page) == []
    box.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("option").first).to_be_hidden()
    expect(box).to_be_focused()


@pytest.mark.parametrize(
    ("question", "fields", "said"),
    [
        (
            "who-teaches",
            [("Role", "radiother", "Assistant Practitioner .*", "ap-radiotherapy")],
            "Sheffield Hallam University",
        ),
        (
            "gap",
            [
                ("From", "healthcare assist", "Healthcare Assistant", "Role:healthcare-assistant"),
                ("To", "registered nur", "Registered Nurse", "Role:registered-nurse"),
            ],
            "rows?\\.",
        ),
        (
            "how-are-they-connected",
            [
                ("From", "assistant practitioner", "Assistant Practitioner", "Role:assistant-practitioner"),
                ("To", "sheffield hallam", "Sheffield Hallam University", "Provider:sheffield-hallam-university"),
            ],
            "rows?\\.",
        ),
    ],
)  # fmt: skip
def test_fields_are_filled_by_keyboard(
    page: Page, question: str, fields: list[tuple[str, str, str, str]], said: str
) -> None:
    page.goto(f"/q/{question}")
    for label, words, name, value in fields:
        choose(page, label, words, name)
        expect(page.get_by_role("combobox", name=label, exact=True)).to_have_value(value)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/q/{question}?**")
    expect(page.get_by_text(re.compile(said)).first).to_be_visible()


def test_what_is_chosen_becomes_a_line_of_a_list(page: Page) -> None:
    page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    page.goto("/q/joining")
    between = page.get_by_role("textbox", name="Between")
    expect(between).to_have_value("")
    label = "Add to “Between” by name"
    choose(page, label, "nursing", "Nursing")
    choose(page, label, "physiothe", "Physiotherapy")
    choose(page, label, "nursing", "Nursing")
    expect(between).to_have_value("Profession:nursing\nProfession:physiotherapy")
    expect(page.get_by_text("Added: Nursing")).to_be_visible()
    choose(page, "Add to “Roles” by name", "stroke", ".*")
    expect(page.get_by_role("textbox", name="Roles")).to_have_value(re.compile("^[a-z-]+$"))
    page.get_by_role("textbox", name="Roles").fill("")
    box = page.get_by_role("combobox", name=label, exact=True)
    expect(box).to_have_value("")
    box.press_sequentially("stroke")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")  # what is typed here is not sent, and what was chosen waits for it
    expect(page).to_have_url(re.compile("/q/joining$"))
    box.fill("")
    box.press("Enter")
    page.wait_for_url("**/q/joining?**")
    assert "between=Profession" in page.url and "find" not in page.url
    expect(page.get_by_role("status").get_by_text(re.compile("rows?\\."))).to_be_visible()


def test_where_nothing_is_known_nothing_is_offered(page: Page) -> None:
    for name in ("what-is-this-code", "level-4", "look-up"):
        page.goto(f"/q/{name}")
        expect(page.locator("main").get_by_role("combobox")).to_have_count(0)
        expect(page.locator("main").get_by_role("textbox")).to_have_count(1)
