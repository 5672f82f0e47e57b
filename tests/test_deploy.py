"""What stands in deploy/ and compose.yaml: by the schemas of Kubernetes, and by what the service has."""

import copy
import re
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from tests.conftest import ROOT

FILES = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
RESOURCES: list[dict[str, Any]] = [
    each for file in FILES for each in YAML(typ="safe").load_all(file)
]
VERSION = "1.37"
README = (ROOT / "README.md").read_text("utf-8")


def of_kind(kind: str) -> dict[str, Any]:
    (resource,) = [each for each in RESOURCES if each["kind"] == kind]
    return resource


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda each: each["kind"])
def test_kubernetes_takes_it(resource: dict[str, Any]) -> None:
    kubernetes_validate.validate(resource, VERSION, strict=True)


def test_a_misspelt_field_is_told() -> None:
    wrong = copy.deepcopy(of_kind("Deployment"))
    wrong["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="readynessProbe"):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


def test_resources_speak_of_the_same_service() -> None:
    deployment = of_kind("Deployment")["spec"]
    labels = deployment["template"]["metadata"]["labels"]
    assert deployment["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    for kind, member in (("PodDisruptionBudget", "selector"), ("NetworkPolicy", "podSelector")):
        assert of_kind(kind)["spec"][member]["matchLabels"] == labels
    (container,) = deployment["template"]["spec"]["containers"]
    probes = [container[f"{each}Probe"]["httpGet"] for each in ("startup", "liveness", "readiness")]
    assert [probe["path"] for probe in probes] == ["/livez", "/livez", "/readyz"]
    assert {probe["port"] for probe in probes} == {container["ports"][0]["name"]}
    (ingress,) = of_kind("NetworkPolicy")["spec"]["ingress"]
    assert ingress["ports"][0]["port"] == container["ports"][0]["containerPort"]


@pytest.mark.parametrize("file", [*FILES, ROOT / "compose.yaml"], ids=lambda file: file.name)
def test_settings_that_are_given_are_settings(file: Any) -> None:
    named = set(
        re.findall(r"\b(?:ROLEGRAPH|NEO4J_(?:URI|USERNAME|PASSWORD|DATABASE))\w*", file.read_text())
    )
    assert [name for name in named if f"`{name}`" not in README] == []
