"""Texts of the data within sentences: none turns the direction of what stands around it."""

import re

import pytest

from graph.pages.words import isolated

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
