"""Wrong declarations, all made up: each is told with its place and a remedy, all at once."""

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any

import pytest

from graph.errors import DeclarationError
from graph.mapping.checks import checked, problems_of
from graph.mapping.declare import (
    Entity,
    cypher_nodes,
    cypher_value,
    declared,
    edge,
    measures,
    node,
    prop,
    to_many,
    to_one,
)
from graph.mapping.derive import build_schema
from graph.mapping.fragment import Rows, text, view
from graph.mapping.model import GraphModel, Measure
from graph.mapping.type_names import derived_names
from graph.schema import MODEL


class Size(Enum):
    """Made up."""

    SMALL = "Small."
    LARGE = "Large."


class Weight(Enum):
    """Made up."""

    LIGHT = "Light."


Other = Enum("Size", {"HUGE": "Huge."})
Bare = Enum("Bare", {"ONE": "One."})
Bare.__doc__ = None


@edge
class Uses:
    """Made up."""

    hours: int | None = prop("Hours a week.")


class NotAnEdge:
    """Made up."""


def related(target: str, type_: str, inverse: str, **more: Any) -> Any:
    given = {"description": "x", "inverse_description": "x", **more}
    return to_many(target, type_, "is with", inverse=inverse, **given)


def tool(members: dict[str, Any], **types: Any) -> type:
    """A node type `Tool` with these members, in the place of a class statement."""
    return type("Tool", (Entity,), {"__doc__": "Made up.", "__annotations__": types, **members})


def model(kind: type, *others: type, plural: str = "tools", singular: str = "") -> GraphModel:
    kinds = [declared(node(plural=plural, singular=singular)(kind))]
    kinds += [declared(other) for other in (*others, SKILL, SOURCE)]
    return GraphModel(tuple(kinds), QUESTIONS)


def bare(name: str) -> type:
    return type(name, (Entity,), {"__doc__": "Made up.", "__annotations__": {}})


SKILL, SOURCE = node(plural="skills")(bare("Skill")), node(plural="sources")(bare("Source"))
QUESTIONS = {
    "search": Rows("x", "MATCH (n:Skill)", ("n",), view("Found", "x", called=text("x", "n.name")))
}


def with_property(type_: Any, **more: Any) -> Callable[[], GraphModel]:
    return lambda: model(tool({"weight": prop("x", **more)}, weight=type_))


def with_end(*arguments: Any, **more: Any) -> Callable[[], GraphModel]:
    return lambda: model(tool({"skills": related(*arguments, **more)}))


def edge_class(name: str, **members: Any) -> type:
    types = dict.fromkeys(members, int)
    return edge(type(name, (), {"__doc__": "Made up.", "__annotations__": types, **members}))


def forgotten_phrase() -> GraphModel:
    given = {"inverse": "tools", "description": "x", "inverse_description": "x"}
    return model(tool({"skills": to_many("Skill", "USES", **given)}))


def without_docstring() -> GraphModel:
    kind = tool({})
    kind.__doc__ = None
    return model(kind)


def cypher(text: str) -> Callable[[], GraphModel]:
    return lambda: model(tool({"shout": cypher_value("x", text, str)}))


WRONG: dict[str, tuple[Callable[[], GraphModel], str]] = {
    "no sources": (
        lambda: GraphModel((declared(SKILL),)),
        "The model has no node type Source. Declare it: what a statement rests on",
    ),
    "unknown target": (with_end("Nothing", "USES", "tools"), "Tool.skills leads to Nothing, which is not a node type. Declare it, or name one of Tool, Skill, Source."),
    "inverse taken": (
        lambda: model(tool({"a": related("Skill", "A", "tools"), "b": related("Skill", "B", "tools")})),
        "Skill.tools is declared twice. Rename one",
    ),
    "unsupported type": (with_property(complex), "Tool.weight has a type that cannot be stored. Use str,"),
    "no annotation": (lambda: model(tool({"weight": prop("x")})), "Tool.weight has no type. Annotate it, as in `weight: str = prop(...)`."),
    "no docstring": (without_docstring, "Tool has no docstring. It becomes the description"),
    "relationship type taken": (
        lambda: model(tool({"a": related("Skill", "USES", "x"), "b": related("Skill", "USES", "y")})),
        "Tool.a and Tool.b both have the relationship type USES. Give each its own",
    ),
    "relationship type in lower case": (with_end("Skill", "uses", "tools"), "Tool.skills has 'uses', which is not a relationship type. Write it in upper case"),
    "key that is no field": (with_end("Skill", "USES", "tools", fields=Uses, key="no"), "Tool.skills has the key 'no', which is not one of its fields. Declare it in Uses"),
    "name of another member": (
        lambda: model(tool({"pay_band": prop("x"), "payBand": prop("x")}, pay_band=str, payBand=str)),
        "Tool.payBand is declared twice. Rename one of them",
    ),
    "list of numbers": (with_property(list[int]), "Tool.weight has a type that cannot be stored"),
    "union": (with_property(int | str), "Tool.weight has a type that cannot be stored"),
    "fields without @edge": (with_end("Skill", "USES", "tools", fields=NotAnEdge), "Tool.skills has fields=NotAnEdge, which is not declared with @edge. Write @edge above"),
    "phrase forgotten": (forgotten_phrase, "Tool.skills has no phrase. Give the words between both names"),
    "default that is no member": (with_property(Size, default=3), "Tool.weight has the default 3, which is not one of its values. Give one of SMALL, LARGE."),
    "property without prop()": (lambda: model(tool({}, weight=int)), "Tool.weight is annotated, but not declared with prop(). Write `weight: ... = prop("),
    "plural like the singular": (lambda: model(tool({}), plural="tool"), "Tool has 'tool' as its singular and as its plural."),
    "plural like a question": (lambda: model(tool({}), plural="search"), "Tool has the root field 'search', which is the question 'search' already. Choose another"),
    "node type like a derived type": (
        lambda: model(tool({}), node(plural="toolEdges")(bare("ToolEdge"))),
        "the node type ToolEdge makes the GraphQL type ToolEdge, which the node type Tool makes too. Rename one",
    ),
    "two edge classes of one name": (
        lambda: model(tool({"a": related("Skill", "A", "x", fields=edge_class("Fields", one=prop("x"))), "b": related("Skill", "B", "y", fields=edge_class("Fields", two=prop("x")))})),
        "makes the GraphQL type FieldsWhere",
    ),
    "property id": (lambda: model(tool({"id": prop("x")}, id=str)), "Tool.id is a name that every entity has. Choose another."),
    "property retired": (lambda: model(tool({"retired": prop("x")}, retired=bool)), "Tool.retired is a name that every entity has"),
    "default of another enum": (with_property(Size, default=Weight.LIGHT), "Tool.weight has the default <Weight.LIGHT: 'Light.'>, which is not one of its values"),
    "enum with the name of another": (
        lambda: model(tool({"one": prop("x"), "two": prop("x")}, one=Size, two=Other)),
        "Tool.two uses another enum called Size. Give one of them another name",
    ),
    "two hierarchies": (
        lambda: model(tool({"a": related("Tool", "A", "x", hierarchy=True), "b": related("Tool", "B", "y", hierarchy=True)})),
        "Tool has several hierarchies: a, b. Keep `hierarchy=True` on one",
    ),
    "hierarchy to another type": (with_end("Skill", "USES", "tools", hierarchy=True), "Tool.skills is a hierarchy, but leads to Skill. A hierarchy joins nodes of one type"),
    "empty description": (lambda: model(tool({"weight": prop("")}, weight=int)), "Tool.weight has no description. Say what it holds."),
    "empty description of a relationship": (with_end("Skill", "USES", "tools", description=""), "Tool.skills has no description"),
    "enum without a docstring": (with_property(Bare), "Bare has no docstring"),
    "broken Cypher": (cypher("toUpper(this.name"), "Tool.shout leaves a ( open. Close every bracket"),
    "unknown property in Cypher": (cypher("toUpper(this.nam)"), "Tool.shout reads Tool.nam, which is not declared. Name a property"),
    "unknown label in Cypher": (
        lambda: model(tool({"peers": cypher_nodes("x", "MATCH (node:Toool)", "Tool")})),
        "Tool.peers names the label Toool, which is not declared",
    ),
    "unknown relationship type in Cypher": (
        lambda: model(tool({"span": measures("Span", "x", Measure("n", "x", "COUNT { (this)-[:USED]->() }"))})),
        "Tool.span.n names the relationship type USED, which is not declared",
    ),
    "not an Entity": (lambda: model(type("Tool", (), {"__doc__": "Made up.", "__annotations__": {}})), "Tool does not inherit Entity. Write `class Tool(Entity)`."),
    "a relationship of a relationship": (
        with_end("Skill", "USES", "tools", fields=edge_class("Odd", to=related("Skill", "B", "odd"))),
        "Odd.to is a relationship of a relationship",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_declaration_is_told(name: str) -> None:
    make, told = WRONG[name]
    with pytest.raises(DeclarationError) as raised:
        checked(make())
    assert told in str(raised.value)


def test_all_problems_are_told_together() -> None:
    wrong = model(tool({"size": prop("")}, size=int, weight=int), plural="tool")
    assert [problem.place for problem in problems_of(wrong)] == ["Tool.weight", "Tool", "Tool.size"]
    with pytest.raises(
        DeclarationError, match=r"3 problems in the declarations:\n  Tool.weight is"
    ):
        checked(wrong)


def test_a_class_without_node_is_told() -> None:
    with pytest.raises(DeclarationError, match=r"Skill is not declared with @node\. Write"):
        declared(bare("Skill"))


def test_right_declarations_pass() -> None:
    """Two ends whose names differ in an s are told apart, also where they lead elsewhere."""
    right = model(
        tool(
            {
                "tool": related("Skill", "A", "x", fields=Uses, key="hours"),
                "tools": related("Tool", "B", "y", hierarchy=True),
                "first": to_one("Skill", "C", "is", inverse="z", description="x", inverse_description="x"),
                "bought": prop("x"),
                "shout": cypher_value("x", "toUpper(this.name) + '('", str),
            },
            bought=date,
        )
    )  # fmt: skip
    assert problems_of(right) == ()
    fields = build_schema(right).type_map["Tool"].fields  # type: ignore[attr-defined]
    assert [str(fields[name].type) for name in ("tool", "tools", "first")] == [
        "SkillUsesConnection!", "ToolLinkConnection!", "Skill",
    ]  # fmt: skip


def test_the_names_that_are_checked_are_those_of_the_schema() -> None:
    names = {name for name, _ in derived_names(MODEL)}
    made = {name for name in build_schema(MODEL).type_map if not name.startswith("__")}
    assert made <= names
