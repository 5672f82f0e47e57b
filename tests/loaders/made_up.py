"""Made-up sources of all kinds that speak of the same roles, as folders that a command loads."""

from collections.abc import Mapping
from pathlib import Path

SEED_NAME, REGISTER_NAME = "Made-up Name of the Seed", "Made-up Name of the Register"
_EVIDENCE = "sources: [made-up-source], confidence: SINGLE"


def write_seed(folder: Path, roles: Mapping[str, str], scheme: str = "MADE-UP") -> Path:
    """A seed whose roles have these codes; their names follow from them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sources.yaml").write_text(
        "readOn: 2026-11-23\nsources:\n"
        f"  - {{slug: made-up-source, name: Made-up source, {_EVIDENCE}}}\n"
    )
    entries = "".join(
        f"  - slug: {slug}\n    name: {SEED_NAME} {slug}\n    {_EVIDENCE.partition(',')[0]}\n"
        "    confidence: SINGLE\n    kind: GENERIC\n    status: CURRENT\n    identifiers:\n"
        f'      - {{scheme: {scheme}, value: "{code}", matchType: EXACT}}\n'
        for slug, code in roles.items()
    )
    (folder / "roles.yaml").write_text(f"readOn: 2026-11-23\nroles:\n{entries}")
    return folder


def write_mapping(
    folder: Path,
    source: str,
    rows: Mapping[str, str],
    *,
    order: int | None = None,
    title: str = "",
    scheme: str = "MADE-UP",
) -> Path:
    """A mapping file and its table: rows are codes and names."""
    folder.mkdir(parents=True, exist_ok=True)
    table = "".join(f"{code},{name}\n" for code, name in rows.items())
    (folder / f"{source}.csv").write_text(f"Code,Title\n{table}")
    number = f"order: {order}\n" if order is not None else ""
    file = folder / f"{source}.yaml"
    file.write_text(
        f"source: {source}\ntitle: {title or f'Made-up roles of {source}'}\n{number}"
        f"publisher: Made-up\nlicence: none, made up\nfile: {source}.csv\nnodes:\n"
        "  - type: Role\n    key: Code\n    properties: {name: Title}\n    identifiers:\n"
        f"      - {{scheme: {scheme}, column: Code}}\n"
    )
    return file
