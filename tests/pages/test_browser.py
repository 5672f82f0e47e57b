"""Pages in a real browser: by axe, by keyboard, on a telephone, with made-up names full of markup."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT, Service

AXE = (ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
ROLE = "/roles/assistant-practitioner"
PATHWAYS = "/pathways?from=healthcare-assistant&to=registered-nurse"
CONNECTIONS = "/connections?from=Role:ap-stroke&to=Profession:nursing"
BARS = "/roles?picture=serviceAreas"
KINDS = (
    *("/", "/search", "/search?q=stroke", "/roles?professions=nursing,physiotherapy", "/sources"),
    *(
        ROLE,
        f"{ROLE}?show=narrower",
        "/caseStudies/nw-lsc-tapp",
        "/matrix",
        "/careers?steps=shown",
        "/help",
    ),
    *("/levels?value=7", "/boundaries?between=nursing,physiotherapy", PATHWAYS, CONNECTIONS),
    *("/compare?ids=Role:healthcare-assistant,Role:occupational-therapist", "/lookup?list=R0017"),
    *("/q", "/q/gap", "/q/joining", "/map", "/q/who-teaches?role=ap-radiotherapy"),
    *("/quality", "/changes", "/questions", "/no-such-page", "/search?kin=roles", BARS),
    *("/pathways?from=healthcare-assistant", "/professions/allied-health"),
)
PICTURES = (
    BARS,
    "/matrix",
    "/levels?value=7",
    "/boundaries",
    PATHWAYS,
    CONNECTIONS,
    ROLE,
)
TELEPHONE = {"width": 390, "height": 844}
PAPER = {"width": 718, "height": 1050}
"""A4 within margins of a centimetre."""
TABLET = {"width": 768, "height": 1024}
CHANGING = ("color-contrast", "target-size", "scrollable-region-focusable")
"""Rules that colours and width can break; all others look at the same markup again."""


def violations(page: Page, *rules: str) -> list[Any]:
    """What breaks a rule of axe; of these rules, or of all."""
    page.evaluate(AXE)
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: Any = page.evaluate("options => axe.run(options)", options)
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]][:5], each["help"])
        for each in found["violations"]
    ]


@pytest.mark.parametrize("path", KINDS)
def test_no_page_breaks_a_rule_of_axe_or_is_wider_than_the_screen(page: Page, path: str) -> None:
    page.goto(path)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, *CHANGING) == []
    for screen in (TABLET, TELEPHONE):
        page.set_viewport_size(screen)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
        assert violations(page, *CHANGING) == []
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    page.emulate_media(media="print", color_scheme="light")
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    assert violations(page, "color-contrast") == []


def test_by_keyboard_the_focus_is_seen_all_the_way_to_the_content(page: Page) -> None:
    page.goto("/roles")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    seen: list[str] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        name, is_shown = page.evaluate(SHOWS_FOCUS)
        assert is_shown, name
        seen.append(name)
    assert seen[0] == "Rolegraph" and "Case studies" in seen
    page.get_by_role("link", name="Skip to the content").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


SHOWS_FOCUS = """() => {
  const found = document.activeElement;
  const look = () => {
    const { outlineStyle, outlineWidth, boxShadow, backgroundColor } = getComputedStyle(found);
    const outline = outlineStyle === 'none' ? '' : outlineWidth;
    return JSON.stringify([outline, boxShadow, backgroundColor]);
  };
  const focused = look();
  const name = found.getAttribute('aria-label') || found.textContent.trim() || found.id;
  found.blur();
  const differs = look() !== focused;
  found.focus();
  return [name, differs];
}"""


def test_suggestions_are_gone_through_and_opened_by_keyboard(page: Page) -> None:
    page.goto("/help")
    box = page.get_by_role("combobox", name=re.compile("^Search"))
    box.press_sequentially("strok")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("stroke", ignore_case=True)
    expect(box).to_have_attribute("aria-expanded", "true")
    assert violations(page) == []
    box.press("ArrowDown")
    expect(options.first).to_be_focused()
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = options.first.locator("span").first.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(chosen)


def test_enter_searches_and_escape_folds_the_suggestions(page: Page) -> None:
    page.goto("/")
    box = page.get_by_role("combobox", name="What are you looking for?")
    box.press_sequentially("strok")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Escape")
    expect(page.get_by_role("option").first).to_be_hidden()
    box.press_sequentially("e")
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Results for “stroke”")
    assert page.url.endswith("/search?q=stroke")


def test_fields_for_things_are_filled_by_keyboard(page: Page) -> None:
    """With what the form takes: a slug, an id, or the next of several."""
    page.goto("/pathways")
    for label, words, name in (
        ("From the role", "healthcare assist", "Healthcare Assistant"),
        ("To the role", "registered nur", "Registered Nurse"),
    ):
        box = page.get_by_role("combobox", name=label)
        box.press_sequentially(words)
        expect(page.get_by_role("option").first).to_have_text(re.compile(f"^{name}\\s+Role"))
        assert violations(page) == []
        box.press("ArrowDown")
        page.keyboard.press("Enter")
        expect(box).to_have_value(name.lower().replace(" ", "-"))
    page.get_by_role("combobox", name="To the role").press("Enter")
    expect(page.get_by_role("status").get_by_text("by known career steps")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/compare?ids=Role:healthcare-assistant", "What to compare"),
        ("/search?q=stroke", "Search for"),
    ],
)
def test_a_field_that_came_with_something_is_left_as_it_was(
    page: Page, path: str, label: str
) -> None:
    page.goto(path)
    box = page.get_by_role("combobox", name=label, exact=True)
    value = box.input_value()
    box.focus()
    box.press("Escape")
    page.keyboard.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value(value)


def test_a_field_for_several_keeps_what_it_has(page: Page) -> None:
    page.goto("/compare?ids=Role:healthcare-assistant")
    box = page.get_by_role("combobox", name="What to compare")
    box.press("End")
    box.press_sequentially(", occupational therap")
    page.get_by_role("option", name=re.compile("^Occupational Therapist Role")).click()
    expect(box).to_have_value("Role:healthcare-assistant, Role:occupational-therapist")
    page.goto("/connections")
    box = page.get_by_role("combobox", name="From")
    box.press_sequentially("stroke")
    page.get_by_role("option").first.click()
    expect(box).to_have_value(re.compile("^[A-Z][A-Za-z]+:[a-z-]*stroke"))


def test_without_scripts_the_box_searches_and_the_tables_stand(
    browser: Browser, patient: Service, seed: None
) -> None:
    plain = browser.new_page(base_url=patient.url, java_script_enabled=False)
    plain.goto("/")
    plain.get_by_label("What are you looking for?").fill("stroke")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**/search?q=stroke")
    plain.goto("/matrix")
    assert plain.locator(".rg-picture").is_hidden()
    assert plain.get_by_role("table").is_visible()
    plain.close()


@pytest.mark.parametrize("path", PICTURES)
def test_pictures_are_drawn_from_the_tables_and_saved(page: Page, path: str) -> None:
    page.goto(path)
    figure = page.locator(".rg-picture").first
    expect(figure.locator("canvas").first).to_be_visible()
    assert re.search(r"Drawn from [\d,]+ rows? of the tables? below", figure.inner_text())
    assert page.get_by_role("table").count()
    for button in figure.locator("[data-save]").all():
        with page.expect_download() as found:
            button.click()
        saved = found.value.path().read_bytes()
        assert saved.startswith((b"\x89PNG", b"<svg")) and len(saved) > 1_500


def test_only_pages_with_a_picture_load_what_draws(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/help")
    assert not [url for url in asked if re.search("charts|network", url)]
    page.goto("/matrix")
    assert [url for url in asked if "charts" in url] and not [u for u in asked if "network" in u]


FILES = {
    "lines.txt": (b"R0017\r\nNurse, made up\n", ["R0017", "Nurse, made up"]),
    "comma.csv": (
        b'"Nurse, made up",1\n,second\n\nR0017,2\n',
        ["Nurse, made up", "second", "R0017"],
    ),
    "semicolon.csv": ("Größe;1\nR0017;2\n".encode("cp1252"), ["Größe", "R0017"]),
    "excel.txt": ("R0017\t1\nNurse\t2\n".encode("utf-16"), ["R0017\t1", "Nurse\t2"]),
}


def test_a_list_is_taken_from_a_file(page: Page) -> None:
    page.goto("/lookup")
    field = page.get_by_label("Your list", exact=True)
    for name, (content, lines) in FILES.items():
        chosen: Any = {"name": name, "mimeType": "text/plain", "buffer": content}
        page.get_by_label("Or take it from a file").set_input_files(chosen)
        expect(field).to_have_value("\n".join(lines))
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("1 of 2 lines found")).to_be_visible()


def test_a_workbook_and_a_large_file_are_no_lists(page: Page) -> None:
    page.goto("/lookup?list=R0017")
    chosen: Any = {"name": "made-up.csv", "mimeType": "text/csv", "buffer": b"PK\x03\x04\0"}
    box = page.get_by_label("Or take it from a file")
    box.set_input_files(chosen)
    expect(box).to_have_js_property("validationMessage", box.get_attribute("data-no-text"))
    field = page.get_by_label("Your list", exact=True)
    expect(field).to_have_value("R0017")
    large: Any = {"name": "made-up.txt", "mimeType": "text/plain", "buffer": b"R0017\n" * 200_000}
    box.set_input_files(large)
    expect(box).to_have_js_property("validationMessage", field.get_attribute("data-too-long"))
    page.get_by_role("button", name="Show").click()  # what stands there can be sent all the same
    expect(page).to_have_url(re.compile("/lookup.list=R0017$"))


def test_a_list_that_is_too_long_for_an_address_is_told_before_it_is_sent(page: Page) -> None:
    page.goto("/lookup")
    field = page.get_by_label("Your list", exact=True)
    show = page.get_by_role("button", name="Show")
    field.fill("\n".join(f"A made-up name that is rather long, number {at}: {'x' * 40}" for at in range(199)))  # fmt: skip
    show.click()
    expect(field).to_have_js_property("validationMessage", field.get_attribute("data-too-long"))
    field.fill("R0017")
    show.click()
    expect(page.get_by_text("1 of 1 line found")).to_be_visible()


def test_a_click_on_the_heat_map_opens_the_roles_behind_a_number(page: Page) -> None:
    page.goto("/matrix")
    picture = page.locator(".rg-picture__drawing")
    box = picture.bounding_box()
    assert box
    # Nursing is the first row; its fourth column, community settings, has the darkest square.
    picture.click(position={"x": box["width"] * 0.41, "y": 115})
    page.wait_for_url("**/roles?**")
    assert "professions=nursing" in page.url
