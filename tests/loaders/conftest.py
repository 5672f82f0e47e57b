"""What tests of loads share."""

import pytest

from graph.database import session


@pytest.fixture(autouse=True)
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads while these tests load: releases need no notice (tests/database has that)."""
    monkeypatch.setattr(session, "NOTICE_S", 0.0)
