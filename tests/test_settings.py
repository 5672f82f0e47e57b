"""Settings are read once, and a wrong one is named."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from graph.errors import SettingsError
from graph.settings import Limits, Settings

README = Path(__file__).parents[1].joinpath("README.md").read_text("utf-8")


def test_defaults() -> None:
    found = Settings.from_environment({})
    assert (found.host, found.port, found.neo4j, found.limits) == (
        "127.0.0.1",
        8000,
        None,
        Limits(),
    )


def test_given_database_and_limits() -> None:
    found = Settings.from_environment(
        {
            "NEO4J_URI": "bolt://example.invalid",
            "NEO4J_PASSWORD": "made-up",
            "ROLEGRAPH_PAGE_SIZE": "10",
            "ROLEGRAPH_REQUEST_S": "0.5",
            "ROLEGRAPH_CONNECTIONS": "20",
        }
    )
    assert found.neo4j and (found.neo4j.username, found.neo4j.database) == ("neo4j", "neo4j")
    assert found.limits.page_size == 10
    assert (found.clients.request_s, found.clients.connections) == (0.5, 20)


GIVEN = {"NEO4J_URI": "bolt://example.invalid"}


def test_the_password_may_be_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "made-up"
    file.write_text("made-up secret\n")
    found = Settings.from_environment({**GIVEN, "NEO4J_PASSWORD_FILE": str(file)})
    assert found.neo4j and found.neo4j.password == "made-up secret"

    both = {**GIVEN, "NEO4J_PASSWORD_FILE": str(file), "NEO4J_PASSWORD": "made-up"}
    with pytest.raises(SettingsError, match="NEO4J_PASSWORD_FILE are set"):
        Settings.from_environment(both)
    file.write_text("\n")
    with pytest.raises(SettingsError, match="which is empty"):
        Settings.from_environment({**GIVEN, "NEO4J_PASSWORD_FILE": str(file)})
    file.unlink()
    with pytest.raises(SettingsError, match="which cannot be read"):
        Settings.from_environment({**GIVEN, "NEO4J_PASSWORD_FILE": str(file)})


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "http"}, "PORT is 'http'"),
        ({"PORT": "65536"}, "Set it to a number from 0 to 65535"),
        ({"NEO4J_URI": "bolt://example.invalid"}, "NEO4J_PASSWORD is not"),
        ({"ROLEGRAPH_DEPTH": "-1"}, "ROLEGRAPH_DEPTH is '-1'"),
        ({"ROLEGRAPH_DEBUG": "yes"}, "ROLEGRAPH_DEBUG is 'yes'. Set it to 1 or 0"),
        ({"WORKERS": "many"}, "WORKERS is 'many'. Set it to a number from 1"),
        ({"ROLEGRAPH_IDLE_S": "soon"}, "ROLEGRAPH_IDLE_S is 'soon'. Set it to seconds"),
        ({"ROLEGRAPH_TOKENS": "0"}, "Set it to a number from 1"),
        (
            {"ROLEGRAPH_AUTH": "password"},
            "ROLEGRAPH_AUTH is 'password'. Set it to none, token, oidc or",
        ),
        ({"ROLEGRAPH_AUTH": "proxy"}, "ROLEGRAPH_PROXIES is not set. Name the addresses"),
        ({"ROLEGRAPH_AUTH": "token", "ROLEGRAPH_DEBUG": "1"}, "give the scope `debug`"),
        ({"ROLEGRAPH_PROXIES": "10.0.0.0/8,proxy"}, "ROLEGRAPH_PROXIES has 'proxy', which is no"),
        ({"ROLEGRAPH_HOSTS": "example.org:80"}, "ROLEGRAPH_HOSTS has 'example.org:80'"),
        ({"ROLEGRAPH_USER_HEADER": "who asks"}, "ROLEGRAPH_USER_HEADER is 'who asks'"),
        ({"ROLEGRAPH_MAY": "read,write"}, "ROLEGRAPH_MAY has 'write'. Use some of read, debug, m"),
        ({"ROLEGRAPH_RATE": "-1"}, "ROLEGRAPH_RATE is '-1'. Set it to a number from 0"),
        ({"ROOT_PATH": "rolegraph"}, "ROOT_PATH is 'rolegraph'. Set it to a path"),
        ({"ROOT_PATH": '/a">'}, "Set it to a path such as /rolegraph"),
        ({"ROLEGRAPH_GRAPHIQL": "0"}, "ROLEGRAPH_GRAPHIQL is '0'. Set it to on or off"),
        ({"ROLEGRAPH_LOG": "xml"}, "ROLEGRAPH_LOG is 'xml'. Set it to people or json"),
    ],
)
def test_wrong_setting(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError) as found:
        Settings.from_environment(environment)
    assert words in str(found.value)


def test_a_list_that_says_no_size_is_never_refused() -> None:
    limits = Settings.from_environment({"ROLEGRAPH_PAGE_SIZE": "10"}).limits
    assert (limits.default_page_size, limits.page_size) == (10, 10)
    with pytest.raises(SettingsError, match="ROLEGRAPH_DEFAULT_PAGE_SIZE is 20, over"):
        both = {"ROLEGRAPH_PAGE_SIZE": "10", "ROLEGRAPH_DEFAULT_PAGE_SIZE": "20"}
        Settings.from_environment(both)


def test_the_table_of_limits_in_the_readme_is_true() -> None:
    rows = re.findall(r"^\| `ROLEGRAPH_(\w+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|$", README, re.M)
    defaults = {limit.name.upper(): str(limit.default) for limit in fields(Limits)}
    assert dict(rows) == defaults | {"OPERATIONS_IN_FLIGHT": "8 for each core"}
    assert [name for name, _ in rows] == list(defaults)
