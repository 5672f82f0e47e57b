"""One way to fold text, used for what is stored and for what is asked alike."""

import unicodedata


def fold(text: str) -> str:
    """Lower-case without accents: `Café` and `CAFE` fold to the same text."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(mark for mark in decomposed if not unicodedata.combining(mark))
    return unicodedata.normalize("NFC", bare.casefold())
