"""Values as a company writes them, turned into ours: figures, words and instants; whole columns at a time."""

from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from engine.intake.columns import to_utc
from engine.intake.mapping.mapping import Numbers

SPACES = "[\u00a0\u2007\u2009\u202f]"
"""Spaces that do not break, which group digits."""
MINUS = "[\u2212\u2012\u2013]"
CLOCK = r"[T ]\d\d:\d\d"
ZONED = r"[T ].*(Z|[+-]\d\d(:?\d\d)?)$"


def figures(texts: pa.Array, numbers: Numbers) -> pa.Array:
    """Figures as plain decimals, null where a text is none in this notation.

    A sign may stand behind; a figure in parentheses is negative. Groups have three digits each.
    """
    if not pc.all(pc.string_is_ascii(texts)).as_py():
        texts = pc.utf8_normalize(pc.replace_substring_regex(texts, MINUS, "-"), "NFKC")
    texts = pc.replace_substring_regex(texts, SPACES, " ")
    for affix in numbers.affixes:
        texts = pc.replace_substring(texts, affix, "")
    texts = pc.utf8_trim_whitespace(texts)
    texts = pc.replace_substring_regex(texts, r"^\((.*)\)$", r"-\1")
    texts = pc.replace_substring_regex(texts, r"^([^-+].*[^-+ ]) ?([-+])$", r"\2\1")
    texts = pc.replace_substring_regex(texts, r"^([-+]) +", r"\1")
    point = _escaped(numbers.decimal)
    if numbers.thousands:
        group = _escaped(numbers.thousands)
        grouped = pc.match_substring_regex(texts, rf"^[-+]?\d{{1,3}}({group}\d{{3}})+({point}\d*)?$")
        texts = pc.if_else(grouped, pc.replace_substring(texts, numbers.thousands, ""), texts)
    good = pc.match_substring_regex(texts, rf"^[-+]?\d+({point}\d*)?$")
    plain = pc.if_else(good, texts, None)
    if numbers.decimal != ".":
        plain = pc.replace_substring(plain, numbers.decimal, ".")
    return pc.replace_substring_regex(plain, r"\.$", "")


def _escaped(sign: str) -> str:
    return f"\\{sign}" if sign in ".|'" else sign


def negative(texts: pa.Array) -> pa.Array:
    """Plain decimals, made negative whatever their sign; zero stays zero."""
    return pc.replace_substring_regex(texts, r"^[-+]?(.*[1-9].*)$", r"-\1")


def in_zone(texts: pa.Array, zone: ZoneInfo) -> pa.Array:
    """ISO texts of local times in a zone as instants in UTC; days alone, and what has an offset, stay."""
    local = pc.and_(pc.match_substring_regex(texts, CLOCK), pc.invert(pc.match_substring_regex(texts, ZONED)))
    local = pc.fill_null(local, False)
    if not pc.any(local).as_py():
        return texts
    try:
        clocks = pc.cast(pc.if_else(local, texts, None), pa.timestamp("us"))
    except pa.ArrowInvalid:  # no such time: the ordinary check says so
        return texts
    instants = pc.strftime(to_utc(clocks, zone), format="%Y-%m-%dT%H:%M:%SZ")
    return pc.if_else(local, instants, texts)


def worded(texts: pa.Array, words: dict[str, str], otherwise: str | None) -> tuple[pa.Array, pa.Array]:
    """Words of the company as ours, and which of them nobody has said; what is ours already stays.

    `words` are in small letters. Empty fields stay empty.
    """
    coded = texts.dictionary_encode()
    own = {each.lower() for each in words.values()}
    meanings, unknown = [], []
    for word in coded.dictionary.to_pylist():
        meaning = words.get(word.lower(), word if word.lower() in own else otherwise)
        meanings.append(meaning)
        unknown.append(meaning is None)
    taken = pa.array(meanings, pa.string()).take(coded.indices)
    return taken, pc.fill_null(pa.array(unknown, pa.bool_()).take(coded.indices), False)


def without(texts: pa.Array, empty: tuple[str, ...]) -> pa.Array:
    """The texts, null where one of some words says that there is nothing."""
    if not empty:
        return texts
    return pc.if_else(pc.is_in(texts, pa.array(empty, pa.string())), pa.scalar(None, pa.string()), texts)
