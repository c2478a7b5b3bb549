"""Words of names and of what people type: folded, so that accents, case and a wrong letter do not matter."""

import re
import unicodedata
from collections.abc import Sequence

FUZZY_LETTERS = 4
"""A word of so many letters is also found with one letter wrong, missing, too many, or two swapped."""
MOST_WORDS = 8
"""Words of one search that count; nobody types more of a name."""
MOST_LETTERS = 64
"""Letters of one word that count."""
STOP_WORDS = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these "
    "they this to was will with".split()
)
"""Words that the full-text index leaves out. Some are names, such as Will and An."""
_LETTERS = str.maketrans({
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i",
    "ŋ": "n", "ŧ": "t", "'": "", "’": "", "ʼ": "", "`": "",
})  # fmt: skip
_ALONE = re.compile(r"[\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Letters of which each is a word: Hiragana and Han."""
_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """The words of a text, folded: small letters without accents; apostrophes join what is around them."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in folded if not unicodedata.combining(each)).translate(_LETTERS)
    spaced = _ALONE.sub(lambda letter: f" {letter[0]} ", plain)
    return tuple(word[:MOST_LETTERS] for word in _WORD.findall(spaced))


def searched(text: str) -> tuple[str, ...]:
    """The words of a search: the first MOST_WORDS."""
    return words(text)[:MOST_WORDS]


def named(search: Sequence[str], name: str | None) -> bool:
    """Whether every word of a search is a word of a name, or its beginning, or one letter away from one."""
    if not search or not name:
        return False
    parts = words(name)
    return all(any(_like(word, part) for part in parts) for word in search)


def lucene(search: Sequence[str]) -> str:
    """The query of the full-text index for the words of a search; empty if the index has none of them.

    A wildcard skips the index's own folding, so the words are folded already. They are letters and digits
    alone: nothing in them can be a command of the query language.
    """
    known = [word for word in search if word not in STOP_WORDS]
    return " AND ".join(
        f"({word} OR {word}~1 OR {word}*)" if _fuzzy(word) else f"({word} OR {word}*)" for word in known
    )


def _like(word: str, part: str) -> bool:
    return part.startswith(word) or (_fuzzy(word) and one_apart(word, part))


def _fuzzy(word: str) -> bool:
    """Whether one letter may be wrong: not in short words, and not in numbers."""
    return len(word) >= FUZZY_LETTERS and not word.isdecimal()


def one_apart(one: str, other: str) -> bool:
    """Whether at most one letter is wrong, missing, too many, or two neighbours are swapped."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter
