"""Texts of the pages: those of the data turn nothing around them; translators have all of ours."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from graph.pages import labels
from graph.pages.words import isolated
from graph.schema import MODEL
from tests.conftest import ROOT

TURNED = "Made up \u202eetfel ot thgir"


@pytest.mark.parametrize("text", ["", "Nursing", "Anaesthetics, théâtre", "a (b) “c” → d", "日本"])
def test_what_turns_nothing_stays_as_it_is(text: str) -> None:
    assert isolated(text) == text


@pytest.mark.parametrize(
    "text",
    [
        TURNED,
        "\u2067made up",
        "\u2069\u2069\u202emade up",
        "א made-up name",
        "\u2068a\u2069\u2069 b\u202b",
    ],
)
def test_what_turns_is_isolated_whatever_it_opens_and_closes(text: str) -> None:
    depths = [0]
    for letter in isolated(text):
        depths.append(depths[-1] + (letter in "\u2066\u2067\u2068") - (letter == "\u2069"))
    assert depths[-1] == 0 and min(depths[1:-1]) == 1
    assert re.sub("[\u2066-\u2069]", "", isolated(text)) == re.sub("[\u2066-\u2069]", "", text)


def test_translators_have_every_text(tmp_path: Path) -> None:
    texts = ROOT / "graph" / "pages" / "locale"
    options = ["--omit-header", "--add-location=file", "--sort-by-file", "-F", texts / "babel.cfg"]
    options += ["-k", "counted:2,3"]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", *options,
         "-o", tmp_path / "pages.pot", "graph/pages", "graph/schema/__init__.py"],
        cwd=ROOT, check=True,
    )  # fmt: skip
    now = (tmp_path / "pages.pot").read_text("utf-8")
    assert now == (texts / "pages.pot").read_text("utf-8"), "run `make catalogue`"


def test_names_of_the_declarations_are_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    """On every page: no module takes them from elsewhere."""
    monkeypatch.setattr(labels, "_", lambda text: f"[{text}]")
    role = MODEL["Role"]
    kind = next(each for each in role.properties if each.name == "kind")
    assert kind.enum
    assert labels.type_label(role) == "[Role]"
    assert labels.value_label(kind.enum, "GENERIC") == "[Assistant practitioner, any field]"
    assert labels.readable("CAREER_FRAMEWORK") == "[Career framework]"
    assert labels.described("") == ""
    modules = [
        file.name
        for file in (ROOT / "graph" / "pages").glob("*.py")
        if "graph.mapping.labels" in file.read_text("utf-8")
        or "graph.mapping import labels" in file.read_text("utf-8")
    ]
    assert modules == ["labels.py"]
