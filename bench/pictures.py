"""Makes the pictures of README and docs: python -m bench.pictures URL, of a service with the seed.

Each is a part of a page in Chromium as WebP, so small that it may stand in the repository.
"""

import base64
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
QUALITY = 0.72
_SMALL = """([png, quality]) => new Promise((done) => {
  const picture = new Image();
  picture.onload = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext('2d').drawImage(picture, 0, 0);
    done(canvas.toDataURL('image/webp', quality).split(',')[1]);
  };
  picture.src = 'data:image/png;base64,' + png;
})"""


class Shown(NamedTuple):
    """A part of a page, from `part` on; a telephone is narrow."""

    address: str
    part: str = "header"
    width: int = 1280
    height: int = 800


PICTURES = {
    "role": Shown("/roles/assistant-practitioner"),
    "list": Shown("/roles?professions=nursing,physiotherapy&picture=serviceAreas"),
    "matrix": Shown("/matrix", ".rg-picture", height=760),
    "careers": Shown("/careers?steps=shown", ".rg-map", height=760),
    "pathways": Shown(
        "/pathways?from=healthcare-assistant&to=registered-nurse", ".rg-picture", height=620
    ),
    "network": Shown("/roles/ap-radiotherapy", ".rg-picture", height=820),
    "telephone": Shown("/search?q=stroke", width=390, height=780),
}


def taken(browser: Browser, url: str, shown: Shown) -> bytes:
    """The part of the page as it is seen, as WebP."""
    size = {"width": shown.width, "height": shown.height}
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    page.goto(url + shown.address, wait_until="networkidle")
    top = page.locator(shown.part).first.bounding_box()
    assert top, f"{shown.address} has no {shown.part}"
    clip = {"x": 0.0, "y": max(0.0, top["y"] - 12), **{n: float(v) for n, v in size.items()}}
    png = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]
    page.goto("about:blank")
    small: str = page.evaluate(_SMALL, [base64.b64encode(png).decode(), QUALITY])
    page.close()
    return base64.b64decode(small)


def main(url: str) -> None:
    """Write each picture, and say how large it is."""
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: install the package chromium"
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, shown in PICTURES.items():
            content = taken(browser, url, shown)
            (FOLDER / f"{name}.webp").write_bytes(content)
            print(f"{name}: {len(content) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
