"""A service for the tests of pages, with time for a slow machine, and a browser."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from graph.database.session import Database
from graph.settings import Neo4jAddress
from tests.conftest import (
    Content,
    Runner,
    Service,
    clear,
    put_seed,
    reach,
    start_service,
    stop_service,
)

expect.set_options(timeout=60_000)


@pytest.fixture(scope="package")
def patient(address: Neo4jAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, whatever the database holds, with a question of its own besides ours."""
    environment = {
        **reach(address),
        "ROLEGRAPH_TRANSACTION_S": "60",
        "ROLEGRAPH_OPERATION_S": "75",
        "ROLEGRAPH_QUESTIONS": str(Path(__file__).parent / "questions"),
    }
    found = start_service(tmp_path_factory.mktemp("pages"), environment, "serve")
    yield found
    stop_service(found)


@pytest.fixture
def service(patient: Service, seeded: Database) -> Service:
    """The service over the seed."""
    return patient


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for a file: beside Playwright's event loop none of the tests' own can run."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "Chromium is missing: install the package chromium"
    with sync_playwright() as playwright:
        # Letters as wide on every machine, whatever it is set to: pictures are compared.
        settings = ["--no-sandbox", "--font-render-hinting=none"]
        launched = playwright.chromium.launch(executable_path=chromium, args=settings)
        yield launched
        launched.close()


@pytest.fixture
def seed(database: Database, run: Runner, content: Content) -> None:
    """The seed, put there from a thread: beside Playwright's event loop none can run."""

    def put() -> None:
        run(clear(database))
        run(put_seed(database, content))
        content.is_seed = True

    if not content.is_seed:
        with ThreadPoolExecutor(1) as beside:
            beside.submit(put).result()


@pytest.fixture
def page(browser: Browser, patient: Service, seed: None) -> Iterator[Page]:
    """A page over the seed that fails the test if it asks another host for anything, or errs."""
    opened = browser.new_page(base_url=patient.url, viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(60_000)
    wrong: list[str] = []
    own = (patient.url, "data:", "blob:")
    opened.on("request", lambda r: None if r.url.startswith(own) else wrong.append(r.url))
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    yield opened
    opened.close()
    # That a page is not there is told on the console too.
    assert [each for each in wrong if "status of 40" not in each] == []
