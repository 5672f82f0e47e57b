"""What a source is: who publishes it, which files it has, and how they are read."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from loaders.packed import unzipped
from loaders.problems import Problem, UnreadableFile
from loaders.records import Record

Report = Callable[[Problem], None]
LAST = 1_000
"""The number of a source that has none in the order of sources."""


@dataclass(frozen=True, slots=True)
class FileShape:
    """One kind of file of a source: what it is called and what it holds."""

    pattern: str
    holds: str
    needed: bool = True
    but: str = ""
    """Names that it does not have, though they fit."""

    def fits(self, file: Path) -> bool:
        """Whether a file has such a name, packed with gzip or not; case does not count."""
        name = file.name.lower().removesuffix(".gz")
        return fnmatch(name, self.pattern.lower()) and not fnmatch(name, self.but.lower())


class Files:
    """The files of one load, by the shape they have."""

    def __init__(
        self, files: Mapping[str, Path], unread: Sequence[Path] = (), release: str = ""
    ) -> None:
        self._files = files
        self.unread = tuple(unread)
        """Files of a folder that no shape fits."""
        self.release = release
        """The number in the name of their folder or ZIP: `1.2.0`; empty where there is none."""

    def __getitem__(self, pattern: str) -> Path:
        return self._files[pattern]

    def __contains__(self, pattern: str) -> bool:
        return pattern in self._files

    def __iter__(self) -> Iterator[Path]:
        return iter(self._files.values())


@dataclass(frozen=True, slots=True)
class Owner:
    """What tells one mapping file from another that has taken its source's name.

    It is the same one where it lies in the same place, reads the same table, or has the
    same file name, title and publisher.
    """

    title: str = ""
    file: str = ""
    """Its own name, publisher and title together, as a hash; so are the next two."""
    place: str = ""
    table: str = ""

    def is_same(self, other: "Owner") -> bool:
        mine, theirs = (
            {("file", one.file), ("place", one.place), ("table", one.table)}
            for one in (self, other)
        )
        return not self.file or not other.file or bool(mine & theirs)


_RELEASE = re.compile(r"(?<![\d.])\d+(?:\.\d+)+(?!\d)")


def _release_of(paths: Sequence[Path]) -> str:
    """The number of a release, as publishers name ZIPs and people folders: `v1.1.1`."""
    there = [path.resolve() for path in paths]
    names = (
        one for path in there for one in (path.name, "" if path.is_dir() else path.parent.name)
    )
    return next((number[0] for name in names if (number := _RELEASE.search(name))), "")


NOBODY = Owner()
"""Of sources that are no mapping file's."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of records.

    `read` yields records, and reports each row that it cannot make one of. `order`
    says whose value is shown where several sources give one: the lowest. A
    curated source gives slugs of its own; all others make them from codes.
    """

    name: str
    title: str
    publisher: str
    licence: str
    credit: str
    gives: str
    folder: str
    files: tuple[FileShape, ...]
    read: Callable[[Files, Report], Iterable[Record]]
    order: int = LAST
    curated: bool = False
    definition: str = ""
    """What else than its files decides what it says: a mapping file's text."""
    owner: Owner = NOBODY
    read_part: Callable[[Files, Report], Iterable[Record]] | None = None
    """Reads what of it belongs to health and care, where it has much else."""

    @property
    def part(self) -> "Source":
        """The source as it is read unless all of it is asked for."""
        if self.read_part is None:
            return self
        return replace(self, read=self.read_part, read_part=None, definition="health and care")

    def find(self, paths: Sequence[Path]) -> Files:
        """Match files, or the files of one folder, to shapes; raise UnreadableFile."""
        for path in paths:
            if not path.exists():
                raise UnreadableFile(f"There is no {path}.", "Give files or a folder that exist.")
        folders = [path for path in paths if path.is_dir()]
        named: list[Path] = []
        inside = sorted(file for folder in folders for file in folder.iterdir() if file.is_file())
        for path in paths:
            if not path.is_dir():
                packed = unzipped(path)
                inside += packed or []
                named += [] if packed else [path]
        by_pattern: dict[str, Path] = {}
        unread: list[Path] = []
        for file, must_fit in (*((f, True) for f in named), *((f, False) for f in inside)):
            shape = next((shape for shape in self.files if shape.fits(file)), None)
            if shape is None:
                if must_fit:
                    raise UnreadableFile(
                        f"{file.name} is not a file of {self.name}.", f"It has {self.expects}."
                    )
                unread.append(file)
                continue
            if shape.pattern in by_pattern:
                raise UnreadableFile(
                    f"Both {by_pattern[shape.pattern].name} and {file.name} are {shape.pattern}.",
                    "Name the one to load.",
                )
            by_pattern[shape.pattern] = file
        missing = [shape.pattern for shape in self.files if shape.needed]
        if gone := [pattern for pattern in missing if pattern not in by_pattern]:
            raise UnreadableFile(
                f"{self.name} cannot be read without {', '.join(gone)}.",
                f"It has {self.expects}.",
            )
        return Files(by_pattern, unread, _release_of(paths))

    @property
    def expects(self) -> str:
        """Its files in words."""
        return ", ".join(
            shape.pattern + ("" if shape.needed else " (may be missing)") for shape in self.files
        )
