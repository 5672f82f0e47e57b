"""Results of the search page where the graph has counterparts; all of it is made up."""

import httpx

from graph.database.session import Database
from tests.conftest import Runner, Service
from tests.loaders.test_identity import Said
from tests.pages.test_pages import get, text_of


def test_a_result_has_its_counterparts_beneath_it(
    patient: Service, empty: Database, run: Runner
) -> None:
    curated = Said("seed").node("Role:made-up-helper", "F1", match="CLOSE", name="Helpful Porter")
    curated.load(empty, run)
    register = Said("first").node("Role:first-f1", "F1", name="Helpful Porter of the Register")
    register.load(empty, run)
    page = text_of(get(patient, "/search?q=helpful%20porter"))
    assert "1 result." in page
    assert (
        "Nearly the same in a register: Helpful Porter of the Register (Made up first)"
        in page.replace("( ", "(").replace(" )", ")")
    )
    suggestions = httpx.get(f"{patient.url}/search.json?q=helpful%20porter", timeout=80).json()
    assert [each["name"] for each in suggestions["found"]] == ["Helpful Porter"]
