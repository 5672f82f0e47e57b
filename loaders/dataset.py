"""What is to be loaded: the records of one source, opened to be read once."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from graph.files import readable_name
from graph.mapping.model import GraphModel
from loaders.problems import Problem
from loaders.records import Record, Records
from loaders.source import LAST, NOBODY, Files, Owner, Source
from loaders.sources.seed import NAME as SEED
from loaders.sources.seed import read_seed

REVISION = "1"
"""Changes when the same files come to be stored in another way."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is to be loaded: records of one source, read only once."""

    source: str
    records: Iterable[Record]
    problems: list[Problem] = field(default_factory=list[Problem])
    """Filled while the records are read."""
    curated: bool = False
    own_source: str = ""
    """The slug of the Source that all statements rest on, brought by the records."""
    files: tuple[str, ...] = ()
    files_digest: str = ""
    order: int = LAST
    """Whose word is shown, where the source's own name does not say it; the lowest first."""
    owner: Owner = NOBODY
    left_out: frozenset[str] = frozenset()
    """The ids of entities that are left out with a problem before anything is read."""


def dataset_of(records: Records) -> Dataset:
    """Records in memory, to be loaded."""
    return Dataset(
        records.source, records, curated=records.source == SEED, left_out=records.left_out
    )


def open_seed(folder: Path, model: GraphModel) -> Dataset:
    """The records of the seed, with the problems of reading them."""
    records, problems = read_seed(folder, model)
    return Dataset(SEED, records, problems, curated=True, left_out=records.left_out)


def open_source(source: Source, files: Files) -> Dataset:
    """The records of a source's files, to be read when they are loaded."""
    problems: list[Problem] = []
    names = tuple(readable_name(file) for file in files)
    own = "" if source.curated else f"register-{source.name}"
    return Dataset(
        source.name,
        source.read(files, problems.append),
        problems,
        source.curated,
        own,
        names,
        _digest_of(source, files),
        source.order,
        source.owner,
    )


def _digest_of(source: Source, files: Files) -> str:
    digest = hashlib.sha256(f"{REVISION}\0{source.definition}\0{files.release}\0".encode())
    for file in files:
        digest.update(os.fsencode(file.name) + b"\0")
        with file.open("rb") as stream:
            while piece := stream.read(1 << 20):
                digest.update(piece)
    return digest.hexdigest()
