"""What is written whole, or not at all."""

from pathlib import Path

import pytest

from graph.errors import SettingsError
from graph.files import written_whole
from graph.http import views


def test_a_file_is_as_it_was_until_all_is_written(tmp_path: Path) -> None:
    file = tmp_path / "made-up"
    file.write_text("before")

    def fail() -> None:
        with written_whole(file) as stream:
            stream.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert file.read_text() == "before"
    with written_whole(file, 0o600) as stream:
        stream.write(b"after")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("after", 0o600)
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_no_file_is_written_to_as_it_stands(tmp_path: Path) -> None:
    """A file in the place of `/dev/null` would be the end of the machine's."""
    file, link = tmp_path / "made-up", tmp_path / "link"
    link.symlink_to(file)
    with written_whole(link) as stream:
        stream.write(b"after")
    assert link.is_symlink() and file.read_text() == "after"
    device = tmp_path / "device"
    device.symlink_to("/dev/null")
    with written_whole(device) as stream:
        stream.write(b"gone")
    assert Path("/dev/null").is_char_device()


def test_pages_of_another_version_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    monkeypatch.setattr(views, "STATIC", tmp_path)
    with pytest.raises(SettingsError, match="Build them again: `make web`"):
        views.built_assets()
