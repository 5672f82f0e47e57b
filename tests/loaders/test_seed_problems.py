"""Every problem of a YAML file is reported with its file, line and column, and what to do."""

from pathlib import Path

import pytest

from graph.schema import MODEL
from loaders.load import read_and_check
from loaders.problems import SourceRejected

SOURCES = """\
readOn: 2026-11-23
sources:
  - {slug: made-up, name: Made-up source, sources: [made-up], confidence: SINGLE}
"""
HEAD = "readOn: 2026-11-23\nprofessions:\n"


def problems(folder: Path, professions: str, **files: str) -> list[str]:
    (folder / "sources.yaml").write_text(SOURCES)
    (folder / "professions.yaml").write_text(professions)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    with pytest.raises(SourceRejected) as found:
        read_and_check(folder, MODEL)
    return [str(problem).replace(f"{folder.name}/", "") for problem in found.value.problems]


def entry(slug: str, more: str = "") -> str:
    return f"  - slug: {slug}\n    name: Made up\n    group: NURSING\n    sources: [made-up]\n    confidence: SINGLE\n{more}"


CASES = {
    "duplicate key": (
        entry("one", "    name: Again\n"),
        "professions.yaml:8:5: The key 'name' is given twice; first at line 4. Keep one of the two.",
    ),
    "unknown slug": (
        entry("one", "    broader: [oen]\n") + entry("one2"),
        "professions.yaml:8:15: There is no Profession with the slug 'oen'. Did you mean 'one'?",
    ),
    "wrong enum value": (
        "  - {slug: one, name: x, group: NURSERY, sources: [made-up], confidence: SINGLE}\n",
        "professions.yaml:3:33: group is 'NURSERY'. It must be one of ALLIED_HEALTH, NURSING,",
    ),
    "no source": (
        "  - {slug: one, name: x, group: NURSING, confidence: SINGLE}\n",
        "professions.yaml:3:5: The statement has no source. Give `sources`, a list of slugs.",
    ),
    "empty sources": (
        "  - {slug: one, name: x, group: NURSING, confidence: SINGLE, sources: []}\n",
        "professions.yaml:3:71: The statement has no source. Name one in `sources`.",
    ),
    "unknown source": (
        "  - {slug: one, name: x, group: NURSING, confidence: SINGLE, sources: [made-upp]}\n",
        "professions.yaml:3:71: There is no Source with the slug 'made-upp'. Did you mean 'made-up'?",
    ),
    "unknown field": (
        entry("one", "    reglator: NMC\n"),
        "professions.yaml:8:5: Profession has no 'reglator'. Did you mean 'regulator'?",
    ),
    "number for text": (
        entry("one", "    regulator: 12\n"),
        "professions.yaml:8:16: regulator is 12. It must be text; put numbers and dates in quotes.",
    ),
    "slug twice": (
        entry("one") + entry("one"),
        "professions.yaml:8:11: The slug 'one' is used twice; first at",
    ),
    "no slug": (
        entry("Not_A_Slug"),
        "professions.yaml:3:11: 'Not_A_Slug' is not a slug. Use a-z and 0-9, joined by single hyphens.",
    ),
    "related to itself": (
        entry("one", "    broader: [one]\n"),
        "professions.yaml:8:15: Profession:one is related to itself by BRANCH_OF.",
    ),
    "relationship twice": (
        entry("one") + entry("two", "    broader: [one, one]\n"),
        "professions.yaml:13:20: This relationship is given twice; first at",
    ),
    "a list that is none": (
        entry("one", "    broader: two\n"),
        "professions.yaml:8:14: broader is text. Make it a list of slugs or maps.",
    ),
    "not YAML": ("  - slug: [one\n", "professions.yaml:4:1: This is not YAML:"),
    "not a list": (
        "  slug: one\n",
        "professions.yaml:3:3: `professions` is a map. Make it a list.",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_problem_names_place_and_remedy(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    found = problems(tmp_path, HEAD + text)
    assert any(line.startswith(expected) for line in found), found


def test_a_cycle_is_named_whole(tmp_path: Path) -> None:
    text = "".join(
        entry(slug, f"    broader: [{up}]\n") for slug, up in (("a", "b"), ("b", "c"), ("c", "a"))
    )
    assert problems(tmp_path, HEAD + text) == [
        "professions.yaml:20:15: A cycle: Profession:a -> Profession:b -> Profession:c -> Profession:a."
        " Take one of its steps out."
    ]


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD + "".join(text for text, _ in list(CASES.values())[1:8]))
    assert len(found) >= 7
    assert found == sorted(found, key=lambda line: [int(part) for part in line.split(":")[1:3]])


def test_a_file_of_no_type_is_not_skipped(tmp_path: Path) -> None:
    found = problems(tmp_path, HEAD + entry("one"), profesions="professions: []\n")
    assert found[0].startswith("profesions.yaml:1:1: No node type has this file.")


def test_a_second_to_one_is_refused(tmp_path: Path) -> None:
    provider = "readOn: 2026-11-23\nproviders:\n  - {slug: p, name: x, kind: OTHER, sources: [made-up], confidence: SINGLE, region: [a, b]}\n"
    found = problems(tmp_path, HEAD + entry("one"), providers=provider)
    assert found == ["providers.yaml:3:85: region is a list. Give one slug, or one map."]


def test_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "professions.yaml").write_bytes(b"professions:\n  - name: caf\xe9\n")
    with pytest.raises(SourceRejected, match="1 problem found; nothing was written"):
        read_and_check(tmp_path, MODEL)
