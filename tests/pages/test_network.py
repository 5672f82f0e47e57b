"""The network on the page of a thing grows: by a click, by keyboard, and no further than is seen."""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.conftest import Service
from tests.pages.test_browser import CHANGING, CONNECTIONS, ROLE, TELEPHONE, violations

MOST = 150
SVG = "{http://www.w3.org/2000/svg}"
NET = "document.querySelector('.rg-picture__drawing')._cyreg.cy"
THINGS = f"() => {NET}.nodes('[href]').map(each => each.id())"
PLACES = f"() => {NET}.nodes().map(each => [each.id(), each.position().x, each.position().y])"
MIDDLE = f"""href => {{
  const {{ left, top }} = document.querySelector('.rg-picture__drawing').getBoundingClientRect();
  const {{ x, y }} = {NET}.getElementById(href).renderedPosition();
  return [left + x, top + y];
}}"""
APART = f"""() => {{
  const boxes = {NET}.nodes().map(each => [each.data('label'), each.boundingBox({{includeLabels: false}})]);
  const over = ([, a], [, b]) => a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
  return boxes.flatMap((one, at) => boxes.slice(at + 1).filter(two => over(one, two))
    .map(two => [one[0], two[0]]));
}}"""
"""Nodes that lie over one another."""


DRAWN_ROWS = f"""() => [...document.querySelectorAll('[data-relationship]')].filter((row) =>
  {NET}.edges().some((edge) => edge.target().id() === row.querySelector('a[data-node]').href
    && edge.source().data('label') === row.dataset.relationship)).length"""
"""Of the rows of the page, those that are drawn; two may be drawn as one line."""


class Network:
    """The network of a page, and what one does with it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.figure = page.locator('[data-picture="neighbours"]')
        self.list = page.get_by_label("Chosen in the picture")
        self.button = self.figure.get_by_role("button", name=re.compile("what it is related to$"))
        self.link = self.figure.get_by_role("link", name=re.compile("^Open "))
        self.said = self.figure.get_by_role("status")
        self.rows = self.figure.get_by_role("row")

    def open(self, path: str = ROLE) -> None:
        self.page.goto(path)
        expect(self.figure.locator("canvas").first).to_be_visible()

    def things(self) -> list[str]:
        return self.page.evaluate(THINGS)

    def nodes(self) -> int:
        return self.page.evaluate(f"{NET}.nodes().length")

    def places(self) -> dict[str, tuple[float, float]]:
        return {name: (round(x, 3), round(y, 3)) for name, x, y in self.page.evaluate(PLACES)}

    def click(self, href: str) -> None:
        self.page.evaluate(
            f"href => {NET}.container().closest('.rg-scroll').scrollTo({NET}.getElementById(href)"
            ".renderedPosition().x - 200, 0)",
            href,
        )
        _, y = self.page.evaluate(MIDDLE, href)
        self.page.evaluate("y => window.scrollBy(0, y - 200)", y)
        # What draws hears of scrolling with the next frame.
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 50)))"
        )
        self.page.mouse.click(*self.page.evaluate(MIDDLE, href))

    def grow(self) -> str:
        """Press the button; give what is said once it is done."""
        self.button.click()
        expect(self.said).not_to_contain_text("Asking what")
        return self.said.inner_text()


@pytest.fixture
def network(page: Page) -> Network:
    found = Network(page)
    found.open()
    return found


@pytest.fixture
def refusing(browser: Browser, patient: Service, seed: None) -> Iterator[Network]:
    """A network in a page that may say on its console what was refused."""
    page = browser.new_page(base_url=patient.url)
    page.set_default_timeout(60_000)
    found = Network(page)
    found.open()
    yield found
    page.close()


def other(network: Network) -> str:
    """Something that is drawn and is not the thing of the page."""
    return next(each for each in network.things() if "/serviceAreas/" in each)


def test_a_click_chooses_and_the_button_shows_what_is_around(network: Network) -> None:
    before, href = network.places(), other(network)
    asked: list[str] = []
    network.page.on("request", lambda request: asked.append(request.url))
    network.click(href)
    expect(network.list).to_have_value(href)
    name = network.list.locator("option:checked").inner_text()
    expect(network.link).to_have_text(f"Open {name}")
    expect(network.link).to_have_attribute("href", href)
    _, height = network.page.evaluate(MIDDLE, href)
    said = network.grow()
    assert re.match(rf"Added: \d+\. Drawn now: {network.nodes()} of at most 150\.", said)
    assert asked == [href], "the page of the thing, and no query"
    after = network.places()
    assert len(after) > len(before)
    assert {each: after[each] for each in before} == before, "nothing moved"
    assert network.page.evaluate(MIDDLE, href)[1] == pytest.approx(height, abs=2), "on the screen"
    assert network.page.evaluate(APART) == []
    assert network.page.url.endswith(ROLE)
    network.link.click()
    expect(network.page.get_by_role("heading", level=1)).to_have_text(name)


def test_the_table_grows_with_the_picture(network: Network) -> None:
    expect(network.rows).to_have_count(0)
    href = other(network)
    network.list.select_option(href)
    before = set(network.things())
    network.grow()
    rows = network.rows.all()[1:]
    texts = [row.get_by_role("cell").all_inner_texts() for row in rows]
    assert all(len(cells) == 2 and all(cells) for cells in texts)
    led = {row.get_by_role("link").last.get_attribute("href") for row in rows}
    assert set(network.things()) - before <= led
    caption = network.figure.locator("figcaption")
    expect(caption).to_contain_text(f"{len(rows)} more rows are in the table of what was added.")
    names = network.list.locator("option").all_inner_texts()
    assert len(names) == len(network.things())
    assert violations(network.page) == []
    network.page.emulate_media(color_scheme="dark")
    network.page.set_viewport_size(TELEPHONE)  # type: ignore[arg-type]
    assert network.page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    assert violations(network.page, *CHANGING) == []


def test_it_grows_by_keyboard(network: Network) -> None:
    keyboard = network.page.keyboard
    before = network.nodes()
    network.list.focus()
    keyboard.press("ArrowDown")
    href = network.list.input_value()
    assert href != network.things()[0]
    keyboard.press("Tab")
    expect(network.button).to_be_focused()
    keyboard.press("Enter")
    expect(network.said).to_contain_text(re.compile("Added|Nothing"))
    assert network.nodes() >= before
    expect(network.button).to_be_focused()
    keyboard.press("Tab")
    expect(network.link).to_be_focused()
    keyboard.press("Enter")
    network.page.wait_for_url(href)


def test_a_statement_is_drawn_once_and_what_is_left_out_is_counted(network: Network) -> None:
    left = network.figure.locator("[data-left-out]")
    expect(left).to_have_text(re.compile(r"^\d+ more are not drawn\.$"))
    total = sum(
        int(each.get_attribute("data-total") or 0)
        for each in network.page.locator("[data-via]").all()
    )
    drawn = network.page.evaluate(DRAWN_ROWS)
    assert int(left.inner_text().split()[0]) == total - drawn
    network.list.select_option(other(network))
    network.grow()
    back = f"{NET}.edges().filter(e => e.target().data('kind') === 'here').length"
    assert network.page.evaluate(back) == 0, "the way back to the role is there already"


def test_it_draws_no_more_than_150_and_says_how_many_it_leaves_out(network: Network) -> None:
    said = ""
    for href in network.things()[1:]:
        network.list.select_option(href)
        said = network.grow()
        assert network.nodes() <= MOST
        if "picture is full" in said:
            break
    assert "The picture is full: it draws at most 150." in said
    assert re.search(r"[\d,]+ more are not drawn\.$", said)
    assert network.nodes() >= MOST - 1
    network.list.select_option(network.things()[0])
    assert "full" in network.grow()
    assert network.nodes() <= MOST


REFUSALS: list[tuple[int, dict[str, str], str]] = [
    (503, {}, "The service cannot answer now. Wait a minute"),
    (504, {}, "The service cannot answer now. Wait a minute"),
    (429, {"retry-after": "7"}, "Wait 7 seconds, then press the button again."),
    (400, {}, "This is too much to ask at once. Open “"),
    (404, {}, "There is no page of “"),
    (401, {}, "The service does not know who asks any more."),
    (200, {}, "The answer cannot be read."),
]


@pytest.mark.parametrize(("status", "headers", "sentence"), REFUSALS)
def test_what_is_refused_is_told_and_can_be_asked_again(
    refusing: Network, status: int, headers: dict[str, str], sentence: str
) -> None:
    href, before = other(refusing), refusing.places()

    def refuse(route: Route) -> None:
        route.fulfill(status=status, headers=headers, content_type="text/html", body="<p>No.")

    refusing.page.route(href, refuse)
    refusing.list.select_option(href)
    assert sentence in refusing.grow()
    assert refusing.places() == before
    refusing.page.unroute(href)
    assert "Added" in refusing.grow()


def test_a_service_that_is_away_and_data_that_changed_are_told(refusing: Network) -> None:
    href = other(refusing)
    refusing.list.select_option(href)
    refusing.page.route(href, lambda route: route.abort())
    assert "The service cannot answer now." in refusing.grow()
    refusing.page.unroute(href)

    def newer(route: Route) -> None:
        answer = route.fetch()
        body = re.sub('data-version="[^"]+"', 'data-version="newer"', answer.text())
        route.fulfill(response=answer, body=body)

    refusing.page.route(href, newer)
    assert "The data has changed since this page was made." in refusing.grow()
    assert violations(refusing.page) == []


def test_nothing_moves_by_itself(network: Network) -> None:
    network.list.select_option(other(network))
    network.grow()
    moving: Any = network.page.evaluate(f"{NET}.nodes().filter(each => each.animated()).length")
    assert moving == 0


@pytest.mark.parametrize("path", [ROLE, CONNECTIONS])
def test_the_svg_has_all_that_is_drawn(page: Page, path: str) -> None:
    found = Network(page)
    page.goto(path)
    figure = page.locator(".rg-picture").first
    expect(figure.locator("canvas").first).to_be_visible()
    with page.expect_download() as saved:
        figure.get_by_role("button", name="Save as SVG").click()
    drawing = ElementTree.parse(saved.value.path()).getroot()
    edges = page.evaluate(f"{NET}.edges().length")
    groups = drawing.findall(f"{SVG}g")
    assert len(groups) == found.nodes() + edges
    assert len([group for group in groups if group.find(f"{SVG}path") is not None]) == edges
    written = [" ".join(text.text or "" for text in group.iter(f"{SVG}text")) for group in groups]
    labels = page.evaluate(f"{NET}.elements().map(each => each.data('label'))")
    assert sorted(written) == sorted(labels)
    title = figure.locator("figcaption strong").inner_text()
    assert drawing.findtext(f"{SVG}title") == title
