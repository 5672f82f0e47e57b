"""The kits in dashboards/: each address that they ask answers, each metric is there."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.database.session import Database
from graph.settings import Neo4jAddress
from tests.conftest import ROOT, Service, reach, start_service, stop_service
from web.build import node_folder

KITS = ROOT / "dashboards"
BOARDS = sorted((KITS / "grafana" / "dashboards").glob("*.json"))
SCRIPTS = ["powerquery/rolegraph.pq", "r/rolegraph.R", "observable/rolegraph.js"]


def test_queries_and_cells_can_be_read() -> None:
    """By the parsers of those who made the languages."""
    read = ROOT / "tests" / "clients" / "kits.mjs"
    assert (read.parent / "node_modules").is_dir(), "run `make clients` first"
    query, _, cells = (KITS / name for name in SCRIPTS)
    done = subprocess.run(
        [node_folder() / "node", read, query, cells], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture
def service(address: Neo4jAddress, seeded: Database, tmp_path: Path) -> Iterator[Service]:
    found = start_service(
        tmp_path,
        {
            **reach(address),
            "ROLEGRAPH_QUESTIONS": str(KITS / "questions"),
        },
        "serve",
    )
    yield found
    stop_service(found)


def addresses(found: Any) -> Iterator[str]:
    """Each `url` of a Grafana dashboard, its variable replaced by an id."""
    for url in re.findall(r'"url": "([^"]+)"', json.dumps(found)):
        yield url.replace("${role:percentencode}", "Role:assistant-practitioner")


def test_every_address_and_metric_of_the_kits(service: Service) -> None:
    boards = [json.loads(file.read_text()) for file in BOARDS]
    asked = sorted({url for board in boards for url in addresses(board)})
    assert "/q/around.nodes.json?id=Role:assistant-practitioner" in asked
    for url in asked:
        answer = httpx.get(service.url + url, timeout=30)
        assert answer.status_code == 200, (url, answer.text)
        assert answer.json(), url
    metrics = httpx.get(f"{service.url}/metrics", timeout=30).text
    names = set(re.findall(r"rolegraph_\w+", json.dumps([board["panels"] for board in boards])))
    assert len(names) > 5
    for name in names:
        assert re.search(rf"^(# TYPE )?{name}[{{ ]", metrics, re.MULTILINE), name
    for name in SCRIPTS:
        for url in re.findall(
            r"/[\w/-]+\.(?:csv|rows\.json)[\w?=&,.-]*", (KITS / name).read_text()
        ):
            answer = httpx.get(service.url + url, timeout=30)
            assert answer.status_code == 200, (name, url, answer.text)
    run_notebook(service.url)


def run_notebook(url: str) -> None:
    """Run the cells of the notebook in their order."""
    cells = json.loads((KITS / "python" / "rolegraph.ipynb").read_text())["cells"]
    space: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ROLEGRAPH_URL", url)
        for cell in cells:
            if cell["cell_type"] == "code":
                exec("".join(cell["source"]), space)
    assert len(space["roles"]) > 50
    assert len(space["taught"]) > 0
    assert space["about"]["dataVersion"]
