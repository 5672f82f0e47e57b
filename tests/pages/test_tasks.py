"""Ten tasks of a planner, done in a browser from the first page on, with at most four clicks each.

All of it by keyboard. A click is Enter on a link or a button. Typing, and choosing in a list, are
none.
"""

import re

from playwright.sync_api import Locator, Page, expect
from python_calamine import load_workbook

MOST_CLICKS = 4


class Planner:
    """Somebody who begins at the first page; their clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0
        page.goto("/")

    def press(self, button: Locator) -> None:
        assert button.evaluate("each => each.tabIndex") == 0, "the Tab key never comes there"
        button.focus()
        with self.page.expect_navigation():
            self.enter()

    def enter(self) -> None:
        """Press Enter on what has the focus."""
        self.clicks += 1
        assert self.clicks <= MOST_CLICKS
        self.page.keyboard.press("Enter")

    def open(self, link: str) -> None:
        """Follow the first link in the page's content that has these words."""
        self.press(self.page.get_by_role("main").get_by_role("link", name=link).first)

    def search(self, words: str) -> None:
        self.page.get_by_label("What are you looking for?").fill(words)
        self.press(self.page.get_by_role("main").get_by_role("button", name="Search"))

    def reads(self, words: str) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)


def test_who_works_across_nursing_and_therapy_and_where(page: Page) -> None:
    """The seed names no skill of dressings: what is asked is the boundary, and the service."""
    planner = Planner(page)
    planner.open("Which roles cross nursing and physiotherapy?")
    planner.open("Service areas")
    planner.open("Intermediate care")
    planner.reads("Professions include Nursing and Physiotherapy")
    planner.reads("2 found")
    planner.reads("Assistant Practitioner")
    planner.press(page.locator("tbody").get_by_role("link").first)
    planner.reads("This entry rests on")


def test_which_universities_teach_for_radiotherapy_assistants(page: Page) -> None:
    planner = Planner(page)
    planner.search("radiotherapy assistant")
    planner.open("Assistant Practitioner in Radiotherapy")
    planner.open("Clinical Diploma in Oncology")
    planner.reads("Sheffield Hallam University")


def test_what_a_level_4_is_in_pay_bands_and_who_says_so(page: Page) -> None:
    planner = Planner(page)
    planner.open("What is a level 4 in pay bands and qualifications, and who says so?")
    planner.reads("Pay band 4")
    expect(page.get_by_role("columnheader", name="Rests on").first).to_be_visible()
    planner.reads("NMAHP Development Framework, levels and pay bands")


def test_one_role_is_printed_with_nothing_around_it(page: Page) -> None:
    planner = Planner(page)
    box = page.get_by_role("combobox", name="What are you looking for?")
    box.press_sequentially("assistant practit")
    option = page.get_by_role("option", name=re.compile("^Assistant Practitioner.?.?Role"))
    expect(option).to_be_visible()
    box.press("ArrowDown")
    expect(option).to_be_focused()
    planner.enter()
    planner.heading("Assistant Practitioner")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()
    for part in (page.get_by_role("search").first, page.get_by_role("navigation").first):
        expect(part).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)
    assert page.pdf().startswith(b"%PDF")


def test_case_studies_of_the_north_west_on_stroke_are_a_spreadsheet(page: Page) -> None:
    planner = Planner(page)
    planner.open("Which case studies come from the North West?")
    planner.open("Service areas")
    planner.open("Stroke services")
    planner.reads("Service areas include Stroke services")
    shown = page.locator("table tbody tr").count()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").focus()
        planner.enter()
    rows = load_workbook(download.value.path()).get_sheet_by_index(0).to_python()
    assert len(rows) == shown + 1 > 1


def test_which_roles_have_no_programme(page: Page) -> None:
    planner = Planner(page)
    planner.open("Which roles have no programme, and what else is missing?")
    planner.reads("Roles that no programme prepares for")
    planner.open("All 65 of them")
    planner.reads("65 found")


def test_what_changed_since_a_day(page: Page) -> None:
    planner = Planner(page)
    planner.open("What changed with the last loads?")
    planner.reads("Added")
    page.get_by_label("Changes since").fill("2000-01-01")
    planner.press(page.get_by_role("button", name="Show"))
    expect(page).to_have_url(re.compile("since=2000-01-01"))
    expect(page.get_by_role("table", name="What changed").get_by_role("row").nth(2)).to_be_visible()


def test_how_far_a_healthcare_assistant_is_from_an_occupational_therapist(page: Page) -> None:
    planner = Planner(page)
    planner.open("How far is a healthcare assistant from an occupational therapist?")
    planner.reads("From Healthcare Assistant to Occupational Therapist")
    expect(page.get_by_role("rowheader", name="Missing professions").first).to_be_visible()


def test_which_two_professions_share_most_roles(page: Page) -> None:
    planner = Planner(page)
    planner.open("How many roles do professions and service areas share?")
    page.get_by_label("Columns").select_option("Profession")
    planner.press(page.get_by_role("main").get_by_role("button", name="Show"))
    planner.reads("Nursing and Physiotherapy share most: 4 roles.")


def test_what_a_code_on_a_letter_means(page: Page) -> None:
    planner = Planner(page)
    planner.search("R0017")
    planner.open("Assistant Practitioner")
    planner.reads("R0017")
