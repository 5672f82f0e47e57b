"""Skill: what a role needs and a programme develops."""

from enum import Enum

from graph.mapping.declare import Entity, node, prop, to_many


class SkillKind(Enum):
    """What kind of skill."""

    DOMAIN = "A whole field of skills, such as therapy."
    SKILL = "A skill or competence."
    KNOWLEDGE = "A piece of knowledge."
    OTHER = "Not said."


@node(plural="skills")
class Skill(Entity):
    """Something a person can do or know."""

    kind: SkillKind = prop("What kind it is.")
    summary: str | None = prop("What it means.", searched=True)

    broader = to_many(
        "Skill",
        "BROADER_SKILL",
        "is part of",
        inverse="narrower",
        hierarchy=True,
        description="Skills that it is part of, one step up.",
        inverse_description="Skills that are part of it, one step down.",
    )
