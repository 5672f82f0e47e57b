"""Subject: what teaching is about."""

from graph.mapping.declare import Entity, node, prop, to_many


@node(plural="subjects", weight=2)
class Subject(Entity):
    """A subject or subject area of a classification: CAH, HECoS or sector subject areas."""

    scheme: str = prop("The classification.", indexed=True)
    code: str | None = prop("Its code there.", indexed=True)

    broader = to_many(
        "Subject",
        "BROADER_SUBJECT",
        "is part of",
        inverse="narrower",
        hierarchy=True,
        description="Subjects that it is part of, one step up.",
        inverse_description="Subjects that are part of it, one step down.",
        label="Part of",
        inverse_label="Subjects in it",
    )
