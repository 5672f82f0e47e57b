"""One way to fold text and to cut it into words, for what is stored and what is asked alike."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Lower-case without accents: `Café` and `CAFE` fold to the same text."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", bare.casefold())


def composed(text: str) -> str:
    """A text with each letter and its accents as one character (NFC), as texts are stored."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def words(text: str) -> list[str]:
    """The words of a text, folded: its runs of letters and digits. `Nurse's` has two."""
    return WORD.findall(fold(text))


def cut(text: str) -> str:
    """The words of a text with a space between, as the full-text index has them."""
    return " ".join(words(text))
