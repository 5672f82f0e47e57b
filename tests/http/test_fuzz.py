"""Whatever is sent, no answer is a 500: the worked questions, damaged at random over real HTTP.

`TESTS_SEED=...` repeats a run.
"""

import json
import random
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import ROOT, SEEDS, Service

REQUESTS = 250
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\w.-]+|[^\s\w]')
TEXTS = [
    *("", " ", "\0", "a\0b", "\u0301", "é", "e\u0301", "\ud800", "😀", "null", "true", "x" * 3_000),
    *("Role:", ":", "Role:nobody", "Role:midwife", "nonsense", "*", "~", '"', "\\", "2026-W48-1"),
    *("WyJhIl0", "W10", "bnVsbA", "%%%", "9223372036854775808", "none", "SOC:6131", "$p0", "`"),
]
VALUES: list[Any] = [
    *(None, True, False, 0, 1, -1, 2**31, 2**63, 10**400, 1.5, -0.0, 1e308, [], {}, [None], [[]]),
    *({"a": 1}, {"eq": None}, {"and": [{}]}, ["x"], [1, "x"], *TEXTS),
]
LITERALS = [
    *("null", "true", "0", "-1", "1e400", "-1e400", "2147483648", "9" * 400, "1.5", "[]", "{}"),
    *("[null]", "[[]]", "$v", "{eq: null}", "ASC", "Role", "NAME", "{and: [{}]}", '"""block"""'),
    *(json.dumps(text) for text in TEXTS),
]
SOURCES = [
    file
    for folder in ("questions", "tests/cases")
    for file in sorted((ROOT / folder).glob("*.graphql"))
]


def _damaged(dice: random.Random, text: str) -> str:
    """A document with a few tokens taken out, doubled, moved, or made another value."""
    text = re.sub(r"#[^\n]*", "", text)
    for _ in range(dice.choice([1, 1, 1, 1, 2])):
        tokens = TOKEN.findall(text)
        at = dice.randrange(len(tokens))
        literals = [i for i, one in enumerate(tokens) if i and tokens[i - 1] == ":"]
        kind = dice.choice(["literal"] * 15 + ["drop", "double", "swap", "wrap", "directive"])
        if kind == "literal" and literals:
            tokens[dice.choice(literals)] = dice.choice(LITERALS)
        elif kind == "drop":
            del tokens[at]
        elif kind == "double":
            tokens.insert(at, tokens[at])
        elif kind == "swap":
            tokens[at] = dice.choice(tokens)
        elif kind == "wrap":
            tokens.insert(at, "...{")
            tokens.insert(dice.randrange(at, len(tokens)) + 1, "}")
        else:
            tokens.insert(at, f"@include(if: {dice.choice(LITERALS[:3])})")
        text = " ".join(tokens)
    return text


def _variables(dice: random.Random, file: Path) -> Any:
    beside = file.with_suffix(".variables.json")
    found: dict[str, Any] = json.loads(beside.read_text()) if beside.exists() else {}
    for name in list(found):
        if dice.random() < 0.5:
            found[name] = dice.choice([dice.choice(VALUES), [found[name], dice.choice(VALUES)]])
    return dice.choice([found] * 20 + [{"v": dice.choice(VALUES)}, {}, None, [], "x", 1])


def _body(dice: random.Random) -> bytes:
    file = dice.choice(SOURCES)
    text = file.read_text("utf-8")
    request: Any = {
        "query": _damaged(dice, text) if dice.random() < 0.8 else text,
        "variables": _variables(dice, file),
    }
    if dice.random() < 0.1:
        request[dice.choice(["operationName", "extensions", "query"])] = dice.choice(VALUES)
    body = json.dumps(request).encode()  # halves of surrogate pairs and NaN go as they are
    if dice.random() < 0.1:
        at = dice.randrange(len(body))
        body = body[:at] + dice.choice([b"", b"\xff", b"\0", b"}", b"[" * 50]) + body[at + 1 :]
    return body


@pytest.mark.parametrize("number", SEEDS)
def test_no_request_makes_a_500(number: int, service: Service) -> None:
    dice = random.Random(number)
    headers = {
        "content-type": "application/json",
        "accept": "application/graphql-response+json",
    }
    answered = 0
    with httpx.Client(timeout=30, headers=headers) as client:
        for _ in range(REQUESTS):
            body = _body(dice)
            response = client.post(f"{service.url}/graphql", content=body)
            found = response.json()
            shown = f"seed {number}: {body!r}\n{response.text[:500]}"
            codes = [error["extensions"]["code"] for error in found.get("errors", [])]
            assert response.status_code in (200, 400, 503, 504), shown
            assert "INTERNAL_SERVER_ERROR" not in codes, shown
            # A request that was run has data; errors of it say where.
            assert ("data" in found) == (response.status_code == 200), shown
            answered += "data" in found
    # Enough of it reaches the fields.
    assert answered > REQUESTS / 20, f"seed {number}: {answered} of {REQUESTS} were run"
