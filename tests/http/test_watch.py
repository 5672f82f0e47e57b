"""/metrics and Server-Timing over real HTTP: what was asked is counted, clients' names are not."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import Service


def samples(service: Service) -> dict[tuple[str, ...], float]:
    text = httpx.get(f"{service.url}/metrics", timeout=20).text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted(service: Service) -> None:
    before = samples(service)
    for path in ("/roles.csv?first=1", "/roles.csv?first=1", "/q/most-boundaries", "/q/made-up"):
        httpx.get(f"{service.url}{path}", timeout=20)
    httpx.get(f"{service.url}/roles.csv?first=0", timeout=20)
    service.post("query MadeUpName { roles(first: 1) { totalCount } }")
    after = samples(service)

    def more(*name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert more("rolegraph_requests_total", "roles", "csv", "200") == 2
    assert more("rolegraph_requests_total", "roles", "csv", "400") == 1
    assert more("rolegraph_requests_total", "q/most-boundaries", "json", "200") == 1
    assert more("rolegraph_requests_total", "other", "json", "404") == 1
    assert more("rolegraph_requests_total", "graphql", "", "200") == 1
    assert more("rolegraph_refusals_total", "BAD_USER_INPUT") == 1
    assert more("rolegraph_kept_total", "kept") >= 1
    assert after["rolegraph_database_up",] == 1
    assert after["rolegraph_loads",] >= 1
    version = httpx.get(f"{service.url}/readyz", timeout=20).json()["dataVersion"]
    assert after["rolegraph_data_version", version] == 1
    assert not any("MadeUp" in part or "made-up" in part for name in after for part in name)


def test_server_timing_for_who_asks(service: Service) -> None:
    asked = {"query": "{ roles(first: 1) { totalCount } }"}
    for headers, there in (({"rolegraph-cost": "true"}, True), ({}, False)):
        found = httpx.post(f"{service.url}/graphql", json=asked, headers=headers, timeout=20)
        assert ("server-timing" in found.headers) == there
