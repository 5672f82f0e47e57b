"""A text that is looked for: its words, what the full-text index is asked for each, what is marked.

A word counts where it is begun or has another ending; one that hardly anything has is taken for
mistyped as well. Words hold letters and digits alone, in lower case: nothing of them is syntax of
a query.
"""

import html
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from graph.mapping.fold import WORD, fold
from graph.mapping.storage import CODES, NAME, NAMES, SHORT, SHORT_NAME_LETTERS, WORDS

_PIECES = re.compile(r"([^\W_]+)")
_MARK, _MOST_MARKS = "<mark>", 4_096
_AROUND = 80
"""Characters of a long text that are shown on each side of what was found."""
_NOT_ASKED = frozenset(
    (
        *("a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is"),
        *("it", "no", "not", "of", "on", "or", "s", "such", "that", "the", "their", "then"),
        *("there", "these", "they", "this", "to", "was", "will", "with"),
    )
)
"""Words that say nothing of what is looked for, where others are asked for with them."""
_ENDINGS = (
    *("ists", "ians", "ings", "ants", "ist", "ian", "ing", "ant", "ies", "ers", "ics"),
    *("er", "ic", "al", "ed", "e", "s", "y"),
)
"""Endings that words of one stem differ by: therapist and therapy, nurse and nursing."""
_SHORTEST_STEM = 4
_LONGEST_MISTYPED = 24
"""Letters: the pattern of `_typos` grows with their square."""
_MOST_POINTS = 250
"""Points that a word can have, at most, for where it stands: see `_group`."""
OTHER_NAME_POINTS = 40
"""Points of a word that is one of another name's, at least."""
_ABBREVIATED = 30
"""Points of what is found by the name that an abbreviation stands for."""


def telling(terms: Sequence[str]) -> list[str]:
    """The words that say what is looked for, each once."""
    words = list(dict.fromkeys(terms))
    return [word for word in words if word not in _NOT_ASKED] or words


def count(terms: Sequence[str]) -> int:
    """How many words say what is looked for."""
    return len(telling(terms))


def unit(terms: Sequence[str]) -> int:
    """Points of a word that is found at all: more than all words can have for where they stand."""
    return _MOST_POINTS * count(terms)


def texts(terms: Sequence[str]) -> list[str]:
    """What Lucene is asked: all words as they are, any of them as they are or mistyped.

    Each part has a fixed score, so that the score says how many words were found, and does not
    change with what else is in the index: `unit` a word, and points for where it stands. What
    is known in the database alone stands as `@` and a number: see `typos` and `short`.
    """
    every: list[str] = []
    some: list[str] = []
    for at, (word, is_last) in _places(terms):
        group = _group(word, is_last, unit(terms)) + (f" @{at}s" if _is_short(word) else "")
        every.append(f"+({group})")
        some.append(f"({group}{f' @{at}t' if _typos(word) else ''})")
    return (
        [" ".join(every)]
        if len(some) == 1 and not typos(terms)
        else [" ".join(every), " ".join(some)]
    )


def typos(terms: Sequence[str]) -> list[list[str]]:
    """Of each word that may be mistyped: its place, the word itself, what else may be meant."""
    entries: list[list[str]] = []
    for at, (word, is_last) in _places(terms):
        if _typos(word):
            like = _like(word, is_last)
            places = f"{_mistyped(NAME, word, 35)} {_mistyped(NAMES, word, 10)}"
            text = f"(+{_mistyped(WORDS, word, unit(terms))} -{like}) {places}"
            entries.append([f"@{at}t", like, text])
    return entries


def short(terms: Sequence[str]) -> list[list[str]]:
    """Of each word that may be an abbreviation: its place, what is called so, the word itself."""
    entries: list[list[str]] = []
    for at, (word, is_last) in _places(terms):
        if _is_short(word):
            itself = f"({_like(word, is_last)}{f' {WORDS}:{word}~1' if _typos(word) else ''})"
            entries.append([f"@{at}s", f"{SHORT}:{word}", itself])
    return entries


def abbreviated(terms: Sequence[str]) -> int:
    """Points of what an abbreviation stands for."""
    return unit(terms) + _ABBREVIATED


def near(terms: Sequence[str]) -> str:
    """What Lucene is asked for any of the words, in names above all; each may be mistyped."""
    return " ".join(_near(*word) for _, word in _places(terms))


def _near(word: str, is_last: bool) -> str:
    like, exactly = _like(word, is_last), f"[{word} TO {word}]"
    in_name = like.replace(WORDS, NAME, 1)
    begun = f"{like}^2 {in_name}^4"
    if not _typos(word):
        return begun
    # The word itself or a mistyped one; one that is only begun would be mistyped by a letter more.
    mistyped = f"(+{_mistyped(WORDS, word, 2)} -{like}) (+{_mistyped(NAME, word, 3)} -{in_name})"
    return f"{begun} {WORDS}:{exactly}^2 {NAME}:{exactly}^3 {mistyped}"


def _places(terms: Sequence[str]) -> list[tuple[int, tuple[str, bool]]]:
    words = telling(terms)
    return [(at, (word, at == len(words) - 1)) for at, word in enumerate(words)]


def _is_short(word: str) -> bool:
    return len(word) <= SHORT_NAME_LETTERS and word.isalpha()


def _like(word: str, is_last: bool) -> str:
    """Lucene: the word, begun or with another ending, stands somewhere."""
    begun = _begun(word, is_last)
    return f"{WORDS}:{begun}*" if begun else f"{WORDS}:[{word} TO {word}]"


def _group(word: str, is_last: bool, points: int) -> str:
    exactly, begun = f"[{word} TO {word}]", _begun(word, is_last)
    like, start = (f"{begun}*", f"{word}*") if begun else (exactly, exactly)
    # A code's words say little beside others: ESCO's are addresses.
    code = start if is_last and len(word) > 2 and not word.isalpha() else exactly
    is_code = points == _MOST_POINTS or not word.isalpha()
    codes = f" (+{CODES}:{code}^{points} -{WORDS}:{like})" if is_code else ""
    return (
        f"{WORDS}:{like}^{points}{codes} {NAME}:{like}^40 {NAME}:{start}^20 {NAME}:{exactly}^40"
        f" {NAMES}:{like}^15 {NAMES}:{exactly}^25"
    )


def _begun(word: str, is_last: bool) -> str:
    """What a word may begin with; empty where it stands for itself alone, too short to be begun."""
    if len(word) >= _SHORTEST_STEM and word.isalpha():
        return next(
            (
                word.removesuffix(ending)
                for ending in _ENDINGS
                if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM
            ),
            word,
        )
    return word if is_last or len(word) >= _SHORTEST_STEM - 1 else ""


def _mistyped(field: str, word: str, points: int) -> str:
    """Lucene: the word with one letter other, missing or more, or two swapped.

    What is like a word has a score of its own in Lucene: it scores nothing, all else the points.
    """
    return f"(+{field}:{word}~1^0 +*:*^{points})"


def _typos(word: str) -> str:
    """What `_mistyped` finds and is not the word itself, begun, as a pattern.

    None of a short or very long word or of a number.
    """
    if not _SHORTEST_STEM <= len(word) <= _LONGEST_MISTYPED or not word.isalpha():
        return ""
    return "|".join(_typo(word[:at], word[at], word[at + 1 :]) for at in range(len(word)))


def _typo(before: str, letter: str, after: str) -> str:
    swapped = f"|{after[0]}{letter}{after[1:]}" if after else ""
    return f"{before}(.?{after}|.{letter}{after}{swapped})"


def highlights(texts: Sequence[str | None], terms: Sequence[str]) -> list[str]:
    """The texts that words were found in, marked, as HTML that is safe to show."""
    words, every = tuple(telling(terms)), [text for text in texts if text]
    marks = _marks(words, ())
    if absent := marks.absent(WORD.findall(fold(" ".join(every)))):
        marks = _marks(words, absent)
    shown = [text if len(text) <= _AROUND else _excerpt(text, marks) for text in every]
    # All at once: an entity has a dozen names, and most of the time would go into calls.
    pieces = _PIECES.split("\0".join(shown))
    marked = "".join(map(marks.__getitem__, pieces))
    return [text for text in marked.split("\0") if _MARK in text]


class _Marks(dict[str, str]):
    """What is shown of a word, or of what stands between two: marked where it is looked for.

    `mistyped` are those of the words of which typos count too.
    """

    def __init__(self, words: tuple[str, ...], mistyped: tuple[str, ...]) -> None:
        super().__init__()
        self._words = words
        begun = [_begun(word, word == words[-1]) for word in words]
        self._likes = [
            re.compile(f"{start}.*" if start else word)
            for word, start in zip(words, begun, strict=True)
        ]
        self._typos = [re.compile(typos) for word in mistyped if (typos := _typos(word))]

    def absent(self, pieces: Iterable[str]) -> tuple[str, ...]:
        """The words that none of some folded words is, in the order of those."""
        there = set(pieces)
        return tuple(
            word
            for word, like in zip(self._words, self._likes, strict=True)
            if not any(map(like.fullmatch, there))
        )

    def _is_hit(self, piece: str) -> bool:
        folded = fold(piece)
        return any(pattern.fullmatch(folded) for pattern in (*self._likes, *self._typos))

    def __missing__(self, piece: str) -> str:
        is_hit = WORD.match(piece) and self._is_hit(piece)
        markup = f"{_MARK}{piece}</mark>" if is_hit else html.escape(piece)
        if len(self) < _MOST_MARKS:
            self[piece] = markup
        return markup


_marks = lru_cache(maxsize=64)(_Marks)


def _excerpt(text: str, marks: _Marks) -> str:
    """What stands around the first word that is looked for; nothing where there is none."""
    first = next((word for word in WORD.finditer(text) if _MARK in marks[word[0]]), None)
    if first is None:
        return ""
    start, end = first.start() - _AROUND, first.end() + _AROUND
    start = 0 if start < 10 else _end_of_word(text, start)
    end = _end_of_word(text, end)
    return f"{'...' if start else ''}{text[start:end]}{'...' if end < len(text) else ''}"


def _end_of_word(text: str, at: int) -> int:
    word = WORD.match(text, at)
    return word.end() if word else at
