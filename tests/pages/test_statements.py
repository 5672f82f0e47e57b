"""What is said of a thing, as one question, is what its relationships say as a list each."""

import json
from typing import Any

from graph.database.session import Database
from graph.execution.engine import Engine
from graph.mapping.names import constant
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


def test_what_rests_on_a_source(engine: Engine, run: Runner, database: Database) -> None:
    """By the lists of each kind, and by a plain reading of all relationships."""
    query = """query($s: ID!, $f: Int) { supportedBy(source: $s, first: $f) {
      entities { type count }
      statements { relationship direction totalCount
        statements { about { id } entity { id } confidence } } } }"""
    slug = "seed-page"
    lists = " ".join(
        f'{kind.plural}(where: {{sources: {{has: "{slug}"}}}}) {{ totalCount }}'
        for kind in MODEL.types
    )
    totals = ask(engine, run, f"{{ {lists} }}")
    answer = run(engine.execute(query, {"s": f"Source:{slug}", "f": 2}))
    found = json.loads(answer.body)["data"]["supportedBy"]
    assert {each["type"]: each["count"] for each in found["entities"]} == {
        constant(kind.name): count
        for kind in MODEL.types
        if (count := totals[kind.plural]["totalCount"])
    }
    plain = run(
        database.rows(
            "MATCH (a:Entity)-[r]->(b:Entity) WHERE $slug IN r.sources"
            " WITH type(r) AS kind, r, a, b ORDER BY kind, a.nameFolded, a.slug, b.nameFolded"
            " RETURN kind, count(*), collect([a.id, b.id, r.confidence])[..2] ORDER BY kind",
            {"slug": slug},
        )
    )
    assert len(plain) > 8
    assert [
        [
            group["relationship"],
            group["totalCount"],
            [[e["about"]["id"], e["entity"]["id"], e["confidence"]] for e in group["statements"]],
        ]
        for group in found["statements"]
    ] == [list(row) for row in plain]
    assert {group["direction"] for group in found["statements"]} == {"FORWARD"}


def test_a_statement_names_both_its_ends(engine: Engine, run: Runner) -> None:
    query = '{ statements(about: "Role:assistant-practitioner") { statements { about { slug } } } }'
    groups = ask(engine, run, query)["statements"]
    slugs = {each["about"]["slug"] for group in groups for each in group["statements"]}
    assert slugs == {"assistant-practitioner"}


def test_only_a_source_is_asked_for(engine: Engine, run: Runner) -> None:
    """An argument may have the name of a resolver's own."""
    answer = json.loads(
        run(engine.execute('{ supportedBy(source: "Role:x") { entities { count } } }')).body
    )
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert "not the id of a Source" in answer["errors"][0]["message"]
