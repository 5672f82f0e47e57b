"""A wheel holds all that the service needs: it runs outside of the checkout, from an empty folder."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from graph.database.session import Database
from graph.settings import Neo4jAddress
from tests.conftest import ROOT, start_service, stop_service

_SOURCES = (
    "cli",
    "graph",
    "loaders",
    "questions",
    "seed",
    "*.py",
    "pyproject.toml",
    "README.md",
    "LICENSE",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of a copy of the checkout: setuptools leaves its folders where it builds."""
    source = tmp_path_factory.mktemp("source")
    for pattern in _SOURCES:
        for path in ROOT.glob(pattern):
            if path.is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(path, source / path.name, ignore=ignored)
            else:
                shutil.copy(path, source)
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source],
        check=True,
    )  # fmt: skip
    return next(folder.glob("rolegraph-*.whl"))


def tracked(*folders: str) -> set[str]:
    """The files of these folders that git keeps."""
    command = ["git", "-C", ROOT, "ls-files", "--", *folders]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_a_wheel_has_every_file_of_the_packages_and_the_built_pages(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    missing = tracked("cli", "graph", "loaders", "questions", "seed") - held
    assert missing == {name for name in missing if name.endswith("ARCHITECTURE.md")}
    static = ROOT / "graph/http/static"
    built = {str(file.relative_to(ROOT)) for file in static.rglob("*") if file.is_file()}
    assert built <= held


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel in it.

    The packages that it depends on are the tests' own; nothing of the checkout is reachable.
    """
    environment = tmp_path_factory.mktemp("environment")
    venv.create(environment)
    place = next(environment.glob("lib/python3*/site-packages"))
    (place / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", environment / "bin" / "python", "install",
         "--quiet", "--disable-pip-version-check", "--no-deps", wheel],
        check=True,
    )  # fmt: skip
    return environment


def test_an_installed_wheel_starts_its_database_loads_the_seed_and_answers(
    environment: Path, tmp_path: Path, cache: Path
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    told = {"ROLEGRAPH_CACHE": str(cache), "PATH": os.environ["PATH"], "HOME": str(folder)}
    service = start_service(
        folder / "home", told, "up", command=[environment / "bin" / "rolegraph"], folder=folder
    )
    try:
        answer = service.post("{ roles(first: 1) { totalCount } }").json()
        assert answer["data"]["roles"]["totalCount"] > 0
        page = httpx.get(f"{service.url}/graphql", headers={"accept": "text/html"})
        assert "<title>" in page.text and page.status_code == 200
    finally:
        stop_service(service)
    assert [path.name for path in folder.iterdir()] == ["home"], "it writes into its home alone"


_POWERLESS = (
    ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    if os.geteuid() == 0
    else []
)
"""What takes root's power to write anywhere away: a container's user has none either."""


def test_it_serves_as_the_image_runs_it(
    environment: Path, tmp_path: Path, address: Neo4jAddress, seeded: Database
) -> None:
    """A tree that cannot be written to, no home folder, no power, a Neo4j elsewhere."""
    for path in (environment, *environment.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)
    touched = subprocess.run([*_POWERLESS, "touch", environment / "new"], check=False)
    assert touched.returncode != 0, "the tree can be written to, so this shows nothing"
    told = {
        "NEO4J_URI": address.uri,
        "NEO4J_PASSWORD": address.password,
        "HOME": "/nonexistent",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [*_POWERLESS, environment / "bin" / "rolegraph"]
    service = start_service(tmp_path / "home", told, "serve", command=command, folder=tmp_path)
    try:
        assert service.post("{ roles(first: 1) { totalCount } }").json()["data"]["roles"]
        assert httpx.get(f"{service.url}/readyz").status_code == 200
    finally:
        stop_service(service)
