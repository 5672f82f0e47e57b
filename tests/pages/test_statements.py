"""What is said of a thing, as one question, is what its relationships say as a list each."""

import json
from typing import Any

from graph.execution.engine import Engine
from graph.schema import MODEL
from tests.conftest import Runner

EVIDENCE = "confidence readOn evidence { source { slug } }"
ENDS = [end for end in MODEL.ends("Role") if not end.one]


def ask(engine: Engine, run: Runner, query: str) -> Any:
    body = json.loads(run(engine.execute(query)).body)
    assert "errors" not in body, body
    return body["data"]


def statements(engine: Engine, run: Runner, about: str, first: int = 250) -> dict[Any, Any]:
    query = f"""{{ statements(about: "{about}", first: {first}) {{
      relationship direction totalCount
      statements {{ entity {{ slug }} fields {{ field values }} {EVIDENCE} }}
    }} }}"""
    found = ask(engine, run, query)["statements"]
    return {(each["relationship"], each["direction"] == "FORWARD"): each for each in found}


def test_each_relationship_says_the_same(engine: Engine, run: Runner) -> None:
    found = statements(engine, run, "Role:assistant-practitioner")
    for end in ENDS:
        own = [p.name for p in end.relationship.edge.properties if p.name not in HIDDEN]
        query = f"""{{ role(slug: "assistant-practitioner") {{ {end.name}(first: 250) {{
          totalCount edges {{ node {{ slug }} {" ".join(own)} {EVIDENCE} }} }} }} }}"""
        listed = ask(engine, run, query)["role"][end.name]
        group = found.get((end.relationship.type, end.forward))
        assert (group["totalCount"] if group else 0) == listed["totalCount"], end.name
        plain = [
            {
                "entity": edge["node"],
                "fields": {name: texts(edge[name]) for name in own if edge[name] not in (None, [])},
                "rests": [edge[name] for name in ("confidence", "readOn", "evidence")],
            }
            for edge in listed["edges"]
        ]
        said = [
            {
                "entity": each["entity"],
                "fields": {f["field"]: f["values"] for f in each["fields"] if f["values"]},
                "rests": [each[name] for name in ("confidence", "readOn", "evidence")],
            }
            for each in (group["statements"] if group else [])
        ]
        assert sorted(said, key=str) == sorted(plain, key=str), end.name
    assert ("LEADS_TO", True) in found and ("AT_CAREER_LEVEL", True) in found


def test_the_first_of_each_and_how_many_there_are(engine: Engine, run: Runner) -> None:
    found = statements(engine, run, "Role:assistant-practitioner", first=2)
    assert {len(each["statements"]) for each in found.values()} <= {1, 2}
    assert found["WORKS_IN", True]["totalCount"] == 12
    names = [each["entity"]["slug"] for each in found["WORKS_IN", True]["statements"]]
    assert names == sorted(names)


HIDDEN = ("confidence", "readOn", "sources")


def texts(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value])]
