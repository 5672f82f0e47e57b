"""All 61 audits of GraphQL over HTTP, by the package that the working group keeps."""

import json
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, Service

sys.path.insert(0, str(ROOT / "web"))
import build


def test_all_61_audits_pass(service: Service) -> None:
    package = ROOT / "web" / "package.json"
    assert (ROOT / "web" / "node_modules").is_dir(), "run `make web` first"
    done = subprocess.run(
        [
            build.node_folder() / "node",
            Path(__file__).with_name("audits.mjs"),
            f"{service.url}/graphql",
            package,
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    audits = [json.loads(line) for line in done.stdout.splitlines()]
    assert [audit for audit in audits if audit["status"] != "ok"] == []
    assert len(audits) == 61
