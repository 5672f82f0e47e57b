"""What a source is: who publishes it, which files it has, and how they are read."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

from loaders.problems import Problem, UnreadableFile
from loaders.records import Record

Report = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class FileShape:
    """One kind of file of a source: what it is called and what it holds."""

    pattern: str
    holds: str
    needed: bool = True

    def fits(self, file: Path) -> bool:
        """Whether a file has such a name, packed with gzip or not; case does not count."""
        return fnmatch(file.name.lower().removesuffix(".gz"), self.pattern.lower())


class Files:
    """The files of one load, by the shape they have."""

    def __init__(self, found: Mapping[str, Path], unread: Sequence[Path] = ()) -> None:
        self._found = found
        self.unread = tuple(unread)
        """Files of a folder that no shape fits."""

    def __getitem__(self, pattern: str) -> Path:
        return self._found[pattern]

    def __contains__(self, pattern: str) -> bool:
        return pattern in self._found

    def __iter__(self) -> Iterator[Path]:
        return iter(self._found.values())


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
    order: int = 50
    curated: bool = False
    definition: str = ""
    """What else than its files decides what it says: a mapping file's text."""
    read_part: Callable[[Files, Report], Iterable[Record]] | None = None
    """Reads what of it belongs to health and care, where it has much else."""

    @property
    def part(self) -> "Source":
        """The source as it is read unless all of it is asked for."""
        if self.read_part is None:
            return self
        return replace(self, read=self.read_part, read_part=None, definition="health and care")

    def find(self, given: Sequence[Path]) -> Files:
        """Match files, or the files of one folder, to shapes; raise UnreadableFile."""
        for path in given:
            if not path.exists():
                raise UnreadableFile(f"There is no {path}.", "Give files or a folder that exist.")
        folders = [path for path in given if path.is_dir()]
        named = [path for path in given if not path.is_dir()]
        inside = sorted(file for folder in folders for file in folder.iterdir() if file.is_file())
        found: dict[str, Path] = {}
        unread: list[Path] = []
        for file, must_fit in (*((f, True) for f in named), *((f, False) for f in inside)):
            shape = next((shape for shape in self.files if shape.fits(file)), None)
            if shape is None:
                if must_fit:
                    raise UnreadableFile(
                        f"{file.name} is no file of {self.name}.", f"It has {self.expects}."
                    )
                unread.append(file)
                continue
            if shape.pattern in found:
                raise UnreadableFile(
                    f"Both {found[shape.pattern].name} and {file.name} are {shape.pattern}.",
                    "Name the one to load.",
                )
            found[shape.pattern] = file
        missing = [shape.pattern for shape in self.files if shape.needed]
        if gone := [pattern for pattern in missing if pattern not in found]:
            raise UnreadableFile(
                f"{self.name} cannot be read without {', '.join(gone)}.",
                f"It has {self.expects}.",
            )
        return Files(found, unread)

    @property
    def expects(self) -> str:
        """Its files in words."""
        return ", ".join(
            shape.pattern + ("" if shape.needed else " (may be missing)") for shape in self.files
        )
