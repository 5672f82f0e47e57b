"""A service for the tests of pages: it has more time than clients have, as a machine may be slow."""

from collections.abc import Iterator

import pytest

from graph.database.session import Database
from graph.settings import Neo4jAddress
from tests.conftest import Service, reach, start_service, stop_service


@pytest.fixture(scope="package")
def patient(address: Neo4jAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service, whatever the database holds."""
    environment = {
        **reach(address),
        "ROLEGRAPH_TRANSACTION_S": "60",
        "ROLEGRAPH_OPERATION_S": "75",
    }
    found = start_service(tmp_path_factory.mktemp("pages"), environment, "serve")
    yield found
    stop_service(found)


@pytest.fixture
def service(patient: Service, seeded: Database) -> Service:
    """The service over the seed."""
    return patient
