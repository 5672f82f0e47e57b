"""Pages in another language: its name, and words for numbers in as many forms as it has.

The language is made up: no translation is claimed to exist.
"""

import gettext
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from graph.addresses.lists import Lists
from graph.execution.answer import Answer
from graph.pages import words
from graph.pages.render import plain
from graph.pages.site import Site
from graph.schema import MODEL
from graph.settings import Limits
from tests.conftest import ROOT, SCHEMA, Runner
from tests.pages.test_documents import ASSETS

MADE_UP = r"""
msgid ""
msgstr ""
"Language: cy_GB\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=4; plural=(n==1) ? 0 : (n==2) ? 1 : (n!=8 && n!=11) ? 2 : 3;\n"

msgid "role"
msgid_plural "roles"
msgstr[0] "made-up one"
msgstr[1] "made-up two"
msgstr[2] "made-up some"
msgstr[3] "made-up special"

msgid "row"
msgid_plural "rows"
msgstr[0] "made-up row"
msgstr[1] "made-up pair of rows"
msgstr[2] "made-up rows"
msgstr[3] "made-up special rows"

msgid "Help and glossary"
msgstr "Made-up help"
"""
LEVELS = [{"axis": "PAY_BAND", "value": each, "count": 3, "statedBy": []} for each in "34"]
NOTHING = {
    "careerLevels": {"nodes": []},
    "roles": {"atLevels": [], "qualifications": [], "bands": []},
}
VERSION = {"version": "made-up", "loadedAt": None}


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogue of a made-up language in place of ours."""
    folder = tmp_path / "cy" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue: Any = read_po(io.BytesIO(MADE_UP.encode()), locale="cy")
    with (folder / "pages.mo").open("wb") as file:
        write_mo(file, catalogue)
    found = gettext.translation("pages", tmp_path, ["cy"])
    monkeypatch.setattr(words, "CATALOGUE", found)


def site() -> Site:
    """Pages over an engine that always gives the same answer."""

    async def ask(_text: str, _variables: Any) -> Answer:
        data = {"levels": LEVELS, "dataVersion": VERSION, **NOTHING}
        return Answer(json.dumps({"data": data}).encode())

    return Site(Lists(SCHEMA, MODEL, Limits()), MODEL, ask, ASSETS, {})


def test_english_has_two_forms_and_says_that_it_is_english(run: Runner) -> None:
    said = [words.counted(total, "role", "roles") for total in (0, 1, 2, 1_234)]
    assert said == ["0 roles", "1 role", "2 roles", "1,234 roles"]
    assert '<html lang="en">' in str(run(site().page("/levels", [])).body)


@pytest.mark.usefixtures("made_up")
def test_a_language_may_have_more_forms() -> None:
    said = [words.counted(total, "role", "roles") for total in (1, 2, 3, 8, 11, 1_234)]
    forms = ["1 made-up one", "2 made-up two", "3 made-up some", "8 made-up special"]
    assert said == [*forms, "11 made-up special", "1,234 made-up some"]
    assert words.counted(2, "thing", "things") == "2 things", "what is not translated is English"


@pytest.mark.usefixtures("made_up")
def test_pages_say_their_language_and_its_words(run: Runner) -> None:
    page = str(run(site().page("/levels", [])).body)
    assert '<html lang="cy-GB">' in page and "Made-up help" in page
    assert "2 made-up pair of rows" in page, "templates count as well"
    barred = plain().get_template("barred.html")
    body = barred.render(again=0, heading="", advice="", message="", code="", style="")
    assert '<html lang="cy-GB">' in body


def test_no_template_has_a_language_of_its_own() -> None:
    for template in (ROOT / "graph" / "pages" / "templates").rglob("*.html"):
        assert not re.search(r'lang="[a-z]', template.read_text("utf-8")), template.name


def test_words_that_are_counted_are_given_to_translators_with_both_forms() -> None:
    """Never through `_`, which knows one form alone."""
    pages = ROOT / "graph" / "pages"
    for file in (*pages.glob("*.py"), *(pages / "templates").rglob("*.html")):
        calls = re.findall(r"(?<!def )\bcounted\(.*", file.read_text("utf-8"))
        wrong = [call for call in calls if not re.match(r'counted\(.*?, "[^"]+", "[^"]+"\)', call)]
        assert wrong == [], file.name
    catalogue = (pages / "locale" / "pages.pot").read_text("utf-8")
    for one, many in (("role", "roles"), ("service area", "service areas"), ("row", "rows")):
        assert f'msgid "{one}"\nmsgid_plural "{many}"\n' in catalogue
