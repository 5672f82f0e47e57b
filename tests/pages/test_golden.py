"""Golden pictures: every kind of page at three widths, compared with what was looked at once.

`UPDATE_CASES=1 make test-only ARGS=tests/pages/test_golden.py` writes those that differ anew; look
at them before committing. A failing test names the folder with the old picture, the new one,
where they differ, and the screenshot that the new one was made of.

A kept picture is the first 2,400 pixels of a page at a quarter of its size, as lossy WebP: about
7 kB, in all half a megabyte, which can be written anew for years in a repository. Letters
become grey lines, so that machines that smooth them otherwise agree; a block that moves,
disappears or loses its style does not stay the same. Where letters have other widths (another font,
no subpixel positions) lines break elsewhere, and pictures do not agree: no limit passes that and
still sees a badge that is gone. Pictures are compared by squares of 32 pixels of the page. Chromium itself shrinks and compares them, which takes no package.

What another load changes (versions, moments) is written over in the page; what a layout of forces
draws is left out, for a hair's breadth can turn it round. What the seed says may differ a little:
a page that grows by a row must be looked at.
"""

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pages.test_browser import BARS, CONNECTIONS, PATHWAYS, ROLE
from tests.test_cases import UPDATE

FOLDER = Path(__file__).parent / "golden"
WIDTHS = (1440, 768, 390)
LONGEST = 2400
SMALLER = 4
TILE = 8
"""Pixels of a kept picture, so 32 of the page."""
FAINT = 14
"""By how much, of 255, a square may differ on average."""
FEW = 3
"""So many squares may differ. Measured on one machine: repeated, or with letters smoothed otherwise,
none do; a button of another colour is 5 or more, a badge that is gone 6 or more."""
OTHER_SIZE = 0.15
"""With another browser or other fonts lines break elsewhere: by how much of its size a page may differ. Half
of the squares may differ there: enough to tell a page that has lost its styles."""
WIDTH = """() => {
  const drawn = new OffscreenCanvas(1, 1).getContext('2d');
  drawn.font = '100px Arial, sans-serif';
  return Math.round(drawn.measureText('Assistant Practitioner 0123456789 WAVE fi').width);
}"""
MADE_BY = ("156", 1912)
"""Chromium's version and that width where the pictures were made, in Liberation Sans."""
NOT_FOUND = "/roles/assistant-practitoner"
PAGES = {
    "home": "/",
    "search": "/search?q=stroke",
    "list": "/roles?professions=nursing,physiotherapy",
    "bars": BARS,
    "role": ROLE,
    "programme": "/programmes/cumbria-fdsc-ap",
    "provider": "/providers/sheffield-hallam-university",
    "source": "/sources/seed-page",
    "map": "/map",
    "levels": "/levels?value=7",
    "matrix": "/matrix",
    "boundaries": "/boundaries?between=nursing,physiotherapy",
    "pathways": PATHWAYS,
    "connections": CONNECTIONS,
    "careers": "/careers?steps=shown",
    "compare": "/compare?ids=Role:healthcare-assistant,Role:occupational-therapist",
    "lookup": "/lookup?list=R0017%0Anothing",
    "quality": "/quality",
    "changes": "/changes",
    "questions": "/questions",
    "help": "/help",
    "saved": "/q",
    "form": "/q/joining",
    "answer": "/q/who-teaches?role=ap-radiotherapy",
    "not-found": NOT_FOUND,
}


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Iterator[Page]:
    """An empty page, where pictures are made smaller and compared."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_looks_as_it_did(page: Page, desk: Page, name: str, tmp_path: Path) -> None:
    differing = [
        f"{width} pixels wide: {wrong}"
        for width in WIDTHS
        if (wrong := difference(page, desk, name, width, tmp_path))
    ]
    assert not differing, f"{PAGES[name]}: {'; '.join(differing)}. Look at {tmp_path}"


def difference(page: Page, desk: Page, name: str, width: int, folder: Path) -> str:
    """What is other than in the kept picture; "" if nothing is."""
    screenshot = shot(page, PAGES[name], width)
    new = desk.evaluate(SHRUNK, [written(screenshot, "jpeg"), SMALLER])
    kept = FOLDER / f"{name}-{width}.webp"
    old = written(kept.read_bytes(), "webp") if kept.exists() else new
    found = desk.evaluate(COMPARED, [old, new, TILE, FAINT])
    wrong = said(found, is_alike=is_alike(desk)) if kept.exists() else f"{kept.name} is missing"
    if wrong and UPDATE:
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(read(new))
        return ""
    if wrong:
        for what, picture in (("old", old), ("new", new), ("differs", found["picture"])):
            (folder / f"{width}-{what}.webp").write_bytes(read(picture))
        (folder / f"{width}-full.jpeg").write_bytes(screenshot)
    return wrong


def is_alike(desk: Page) -> bool:
    """Whether this browser draws as the one that made the pictures."""
    browser = desk.context.browser
    assert browser
    return (browser.version.partition(".")[0], desk.evaluate(WIDTH)) == MADE_BY


def said(found: Any, *, is_alike: bool) -> str:
    """What two pictures have that is not the same."""
    old, new = found["size"]
    if is_alike:
        if max(abs(one - other) for one, other in zip(old, new, strict=True)) > 1:
            return f"{new} pixels wide and high, not {old}"
        few = FEW
    else:
        if any(abs(one - other) > other * OTHER_SIZE for one, other in zip(new, old, strict=True)):
            return f"{new} pixels wide and high, not {old}, by another browser or font"
        few = old[0] * old[1] // TILE**2 // 2
    if found["tiles"] > few:
        return f"{found['tiles']} squares differ, more than {few}"
    return ""


def shot(page: Page, path: str, width: int) -> bytes:
    """The first of a page, with all that is drawn, and nothing that the next load changes."""
    page.set_viewport_size({"width": width, "height": LONGEST})
    answer = page.goto(path)
    assert answer and answer.status == (404 if path == NOT_FOUND else 200)
    for picture in page.locator("[data-picture]:not([hidden])").all():
        expect(picture.locator("canvas").first).to_be_visible()
    for steps in page.locator("[data-map][data-steps]").all():
        expect(steps.locator(".rg-map__lines path").first).to_be_attached()
    height = page.evaluate(STEADY)
    area: Any = {"x": 0, "y": 0, "width": width, "height": min(height, LONGEST)}
    return page.screenshot(clip=area, type="jpeg", quality=95, animations="disabled")


def written(picture: bytes, kind: str) -> str:
    """A picture as an address."""
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def read(address: str) -> bytes:
    return base64.b64decode(address.partition(",")[2])


STEADY = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    text.data = text.data
      .replaceAll(/\b[0-9a-f]{12}\b/g, '0123456789ab')
      .replaceAll(/\d+\s[A-Z][a-z]+\s\d{4},\s\d\d:\d\d\sUTC/g, '1\u00a0January\u00a02026,\u00a012:00\u00a0UTC');
  }
  for (const drawn of document.querySelectorAll('[data-picture=neighbours] .rg-picture__drawing'))
    drawn.style.visibility = 'hidden';
  return Math.ceil(document.body.getBoundingClientRect().bottom);
}"""
PIXELS = """
  const pixels = async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const drawn = canvas.getContext('2d', { willReadFrequently: true });
    drawn.drawImage(image, 0, 0);
    return drawn.getImageData(0, 0, image.width, image.height);
  };
  const address = async (image) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.width, image.height];
    canvas.getContext('2d').putImageData(image, 0, 0);
    return canvas.toDataURL('image/webp', 0.5);
  };
"""
SHRUNK = f"""async ([shot, by]) => {{{PIXELS}
  const large = await pixels(shot);
  const small = new ImageData(Math.floor(large.width / by), Math.floor(large.height / by));
  for (let y = 0; y < small.height; y += 1)
    for (let x = 0; x < small.width; x += 1)
      for (let part = 0; part < 4; part += 1) {{
        let sum = 0;
        for (let row = y * by; row < (y + 1) * by; row += 1)
          for (let column = x * by; column < (x + 1) * by; column += 1)
            sum += large.data[(row * large.width + column) * 4 + part];
        small.data[(y * small.width + x) * 4 + part] = sum / by / by;
      }}
  return await address(small);
}}"""
"""Means of squares: as Chromium itself makes pictures smaller, its versions and machines differ."""
COMPARED = f"""async ([before, after, tile, faint]) => {{{PIXELS}
  const [old, found] = [await pixels(before), await pixels(after)];
  const apart = (x, y, part) => Math.abs(
    old.data[(y * old.width + x) * 4 + part] - found.data[(y * found.width + x) * 4 + part]);
  const [width, height] = [Math.min(old.width, found.width), Math.min(old.height, found.height)];
  let tiles = 0;
  for (let top = 0; top < height; top += tile)
    for (let left = 0; left < width; left += tile) {{
      const [right, bottom] = [Math.min(left + tile, width), Math.min(top + tile, height)];
      let sum = 0;
      for (let y = top; y < bottom; y += 1)
        for (let x = left; x < right; x += 1)
          sum += Math.max(apart(x, y, 0), apart(x, y, 1), apart(x, y, 2));
      if (sum / (tile * tile) <= faint) continue;
      tiles += 1;
      for (let y = top; y < bottom; y += 1)
        for (let x = left; x < right; x += 1) found.data[(y * found.width + x) * 4] = 255;
    }}
  return {{
    tiles,
    size: [old, found].map((each) => [each.width, each.height]),
    picture: await address(found),
  }};
}}"""
