"""Every address in docs/addresses.md answers."""

import re

import httpx

from tests.conftest import ROOT, Service


def test_every_example_answers(service: Service) -> None:
    page = (ROOT / "docs" / "addresses.md").read_text()
    addresses = re.findall(r"^ {4}(/\S+)$", page, re.MULTILINE)
    assert len(addresses) > 10
    for address in addresses:
        found = httpx.get(f"{service.url}{address}", timeout=30)
        assert found.status_code == 200, (address, found.text)
