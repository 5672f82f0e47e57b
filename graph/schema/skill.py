"""Skill: what a role needs and a programme develops."""

from enum import Enum

from graph.mapping.declare import Entity, edge, node, prop, to_many


class SkillKind(Enum):
    """What kind of skill."""

    DOMAIN = "A whole field of skills, such as therapy."
    SKILL = "A skill or competence."
    KNOWLEDGE = "A piece of knowledge."
    GROUP = "A group of skills in a register."
    TECHNOLOGY = "A tool, machine or program that is used."
    OTHER = "Not said."


class SkillImportance(Enum):
    """How much a role, or another skill, needs a skill."""

    ESSENTIAL = "It cannot be done without."
    OPTIONAL = "It helps, or some posts alone need it."


@edge
class NeedsSkill:
    """How much a skill needs another."""

    importance: SkillImportance | None = prop(
        "How much the one needs the other; null where no source says."
    )


@node(plural="skills", weight=2)
class Skill(Entity):
    """Something a person can do or know."""

    kind: SkillKind = prop("What kind it is.", default=SkillKind.OTHER)
    summary: str | None = prop("What it means.", searched=True)
    reuse_level: str | None = prop("How widely ESCO says it is used.")

    broader = to_many(
        "Skill",
        "BROADER_SKILL",
        "is part of",
        inverse="narrower",
        hierarchy=True,
        description="Skills that it is part of, one step up.",
        inverse_description="Skills that are part of it, one step down.",
        label="Part of",
        inverse_label="Parts",
    )
    needs = to_many(
        "Skill",
        "NEEDS_SKILL",
        "builds on",
        inverse="needed_by",
        fields=NeedsSkill,
        description="Skills that it builds on.",
        inverse_description="Skills that build on it.",
        label="Builds on",
        inverse_label="Skills that build on it",
    )
