"""What a page weighs and when it stands in Chromium: python -m bench.painted URL.

For each page, five loads with nothing kept by the browser: the middle of the Largest Contentful
Paint, and what came over the wire, headers included: text (the page, styles, common script) and what
draws (charts or networks). The first load makes the service's answer; it is not counted.
"""

import shutil
import statistics
import sys
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.pages import PAGES

LOADS = 5
DRAWS = ("charts", "network")
_SEEN = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    const found = performance.getEntriesByType('resource');
    done({
      painted: list.getEntries().at(-1).startTime,
      page: performance.getEntriesByType('navigation')[0].transferSize,
      files: found.map((each) => [each.name.split('/').at(-1), each.transferSize]),
    });
  }).observe({ type: 'largest-contentful-paint', buffered: true });
})"""


def load(browser: Browser, address: str) -> dict[str, Any]:
    """One load by a browser that has nothing of it."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address, wait_until="networkidle")
    seen: dict[str, Any] = page.evaluate(_SEEN)
    page.close()
    return seen


def weights(seen: dict[str, Any]) -> tuple[float, float]:
    """Kilobytes of text, and of what draws."""
    drawing = sum(size for name, size in seen["files"] if name.startswith(DRAWS))
    whole = seen["page"] + sum(size for _name, size in seen["files"])
    return (whole - drawing) / 1000, drawing / 1000


def main(url: str) -> None:
    """Print a line for each page."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: install the package chromium"
    print(f"{'page':58} painted ms  text kB  drawing kB")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in PAGES:
            load(browser, url + path)
            loads = [load(browser, url + path) for _ in range(LOADS)]
            painted = statistics.median(each["painted"] for each in loads)
            text, drawing = weights(loads[-1])
            print(f"{path:58} {painted:10.0f} {text:8.0f} {drawing:11.0f}", flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
