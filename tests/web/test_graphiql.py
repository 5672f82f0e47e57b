"""GraphiQL in a real browser: self-hosted, strict policy, opening on questions that are answered."""

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, TimeoutError, sync_playwright

from graph.settings import Neo4jAddress
from tests.conftest import ROOT, Service, reach, serving

QUESTIONS = sorted((ROOT / "questions").glob("*.graphql"))


@pytest.fixture(scope="module")
def chromium() -> str:
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    assert found, "Chromium is missing: install the package chromium"
    return found


@pytest.fixture
def page(chromium: str, service: Service) -> Iterator[Page]:
    """A page at GraphiQL that fails the test if it asks another host for anything, or errs."""
    with opened(chromium, f"{service.url}/graphql") as found:
        yield found


@contextmanager
def opened(chromium: str, address: str) -> Iterator[Page]:
    """The page at an address; it may ask what lies beside it, and nothing else."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        found = browser.new_page(viewport={"width": 1400, "height": 850})
        strangers: list[str] = []
        errors: list[str] = []
        ours = (address.partition("graphql")[0], "data:", "blob:")
        found.on("request", lambda r: None if r.url.startswith(ours) else strangers.append(r.url))
        found.on("pageerror", lambda error: errors.append(str(error)))
        found.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        found.goto(address)
        found.wait_for_selector(".graphiql-tab")
        yield found
        assert strangers == []
        # The explorer plugin cannot show list literals, and says so on the console.
        assert [error for error in errors if not error.startswith("arg mismatch")] == []
        browser.close()


def operation_name(text: str) -> str:
    return re.findall(r"query (\w+)", text)[0]


def execute(page: Page, name: str) -> Any:
    """Press the button until the query is sent: while the editor loads, a press does nothing."""
    for last in (False, False, True):
        try:
            with page.expect_response(
                lambda response: name in (response.request.post_data or ""), timeout=10_000
            ) as found:
                page.get_by_label(re.compile("^Execute query")).click()
            return found.value.json()
        except TimeoutError:
            if last:
                raise
    raise AssertionError


def test_every_question_is_an_example_and_its_answer_is_right(page: Page) -> None:
    """They are offered in plain words, whichever tabs are open; a tab opens for each."""
    examples = page.get_by_label("Examples")
    page.wait_for_selector("#bar select:not([disabled])")
    titles = [file.read_text("utf-8").partition("\n")[0].lstrip("# ") for file in QUESTIONS]
    assert examples.locator("option").all_inner_texts()[1:] == titles
    assert page.locator(".graphiql-tab").count() == 1
    for title, file in zip(titles, QUESTIONS, strict=True):
        name = operation_name(file.read_text("utf-8"))
        examples.select_option(title)
        page.locator(".graphiql-tab-active").filter(has_text=name).wait_for()
        page.locator(".graphiql-query-editor .view-lines").get_by_text(name).first.wait_for()
        answer = execute(page, name)
        assert answer == json.loads(file.with_suffix(".json").read_text("utf-8"))
        page.locator(".graphiql-response").get_by_text("data").first.wait_for()


def test_what_is_ours_breaks_no_rule_of_axe_and_a_telephone_is_told_where_to_go(
    page: Page, service: Service
) -> None:
    page.evaluate((ROOT / "web/node_modules/axe-core/axe.min.js").read_text("utf-8"))
    beside: Any = page.evaluate("axe.run({exclude: [['#graphiql']]})")
    assert [each["id"] for each in beside["violations"]] == []
    page.get_by_label("Examples").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Pages"
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.locator("#graphiql").is_hidden()
    page.locator("#narrow").get_by_role("link", name="pages").click()
    page.get_by_role("heading", level=1).wait_for()
    assert page.url == f"{service.url}/"


def test_the_query_builder_offers_things_that_are_there(page: Page) -> None:
    with page.expect_response(lambda response: "nodes { __typename id slug }" in (response.request.post_data or "")):  # fmt: skip
        page.get_by_label("Show GraphiQL Explorer").click()
    page.get_by_role("button", name="New tab").click()
    page.locator(".graphiql-explorer-root").get_by_text("role", exact=True).click()
    text = page.locator(".graphiql-query-editor .view-lines")
    text.get_by_text("role", exact=False).first.wait_for()
    slug = re.search(r'slug: "([a-z0-9-]+)"', text.inner_text().replace("\xa0", " "))
    assert slug and slug[1]


def test_explorer_and_documentation_open(page: Page) -> None:
    page.get_by_label("Show GraphiQL Explorer").click()
    page.wait_for_selector(".graphiql-explorer-root, .docExplorerWrap")
    page.get_by_label("Show Documentation Explorer").click()
    page.get_by_text("A GraphQL schema provides a root type").or_(
        page.get_by_text("Root Types")
    ).first.wait_for()


def test_strict_policy(service: Service) -> None:
    headers = httpx.get(f"{service.url}/graphql", headers={"accept": "text/html"}).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self';" in policy
    assert "unsafe-eval" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    served = httpx.get(f"{service.url}/static/graphiql.html").text
    assert "http://" not in served and "https://" not in served


def test_browser_gets_the_page_and_others_do_not(service: Service) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    assert (
        httpx.get(f"{service.url}/graphql", headers={"accept": browser})
        .headers["content-type"]
        .startswith("text/html")
    )
    found = httpx.get(f"{service.url}/graphql?query={{__typename}}")
    assert found.json() == {"data": {"__typename": "Query"}}


def test_first_tab_needs_no_variables() -> None:
    """GraphiQL ignores the variables of the first default tab."""
    assert not QUESTIONS[0].with_suffix(".variables.json").exists()


def test_under_the_path_of_a_proxy(chromium: str, address: Neo4jAddress, tmp_path: Path) -> None:
    """All that the page fetches lies under it, and so does what it asks."""
    environment = {**reach(address), "ROOT_PATH": "/made-up"}
    with (
        serving(tmp_path, environment) as service,
        opened(chromium, f"{service.url}/made-up/graphql#query=%7B__typename%7D") as page,
    ):
        assert execute(page, "__typename") == {"data": {"__typename": "Query"}}
        page.wait_for_selector(".result-window >> text=__typename")
