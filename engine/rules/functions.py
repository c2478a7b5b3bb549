"""A rule is a function: what it returns depends on what it is asked with, and on nothing else.

Refused is what gives another answer the next time: chance, the clock, the store's own ids, functions that the
engine does not know, and rows picked in whatever order the server has them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.graph.queries import Query, split
from engine.rules.columns import plain
from engine.rules.module import RuleError

CHANCE = frozenset({"rand", "randomuuid"})
NOW = frozenset({"timestamp"})
CLOCKS = frozenset({"date", "datetime", "time", "localdatetime", "localtime"})
"""Functions that read the clock where their arguments name no day or time."""
IDS = frozenset({"id", "elementid"})
"""Functions whose answers differ from one store to the next."""
NAMED = frozenset(
    """duration.between duration.inmonths duration.indays duration.inseconds datetime.fromepoch
    datetime.fromepochmillis point.distance""".split()
)
"""Functions with a dot in their name that depend on their arguments alone; `truncate` is another one."""

_CALL = re.compile(r"(?<![\w.$])([A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*)\s*\(")
_ZONE_ALONE = re.compile(r"\s*\{\s*timezone\s*:[^,]*\}\s*", re.IGNORECASE)
_TOKEN = re.compile(
    r"\bcollect\s*[({]|[()\[\]{}]|(?<![.$\w])(?:(?<!STARTS )(?<!ENDS )WITH|RETURN|ORDER\s+BY|LIMIT|SKIP"
    r"|OFFSET(?=\s+(?:\d|\$|rule\b|toInteger\b)))\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:[,=<>+\-*/%^(\[{|.:]|\b(?:AS|THEN|ELSE|WHEN|AND|OR|XOR|NOT|IN|WITH|RETURN|BY|WHERE|CASE|DISTINCT))\s*$",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(r"\b(?:WITH|RETURN|DISTINCT)\s*\*\s*$", re.IGNORECASE)
_PLACE = re.compile(r"\s*\[")
_ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
_PATTERN = re.compile(r"\[\s*(?:\w+\s*=\s*)?\([^()]*\)\s*<?-")
_END = re.compile(r"\b(?:head|last)\s*\(\s*$", re.IGNORECASE)


def check(kind: str, text: Query) -> None:
    """Refuse a rule whose answer depends on more than what it is asked with; raises RuleError.

    A check may name any few of the rows that break it.
    """
    body = plain(text.text)
    for name, start, inside in calls(body):
        if reason := _moving(name, inside):
            what, todo = reason
            raise RuleError(f"a {kind} rule is a function: {what}", text.where(start), todo)
    for what, at in _unordered(body) if kind != "check" else ():
        raise RuleError(
            f"a {kind} rule is a function: {what} picks rows in whatever order the server has them",
            text.where(at),
            "Put ORDER BY before it, by something that no two rows share.",
        )


def calls(body: str) -> Iterator[tuple[str, int, str]]:
    """Each call in a text: the function's name in small letters, its place, and what its brackets hold."""
    for match in _CALL.finditer(body):
        name = re.sub(r"\s+", "", match[1]).lower()
        yield name, match.start(), body[match.end() : closing(body, match.end() - 1)]


def closing(body: str, opening: int) -> int:
    """The place of the bracket that closes the one at a place; the text's end where none does."""
    depth = 0
    for place in range(opening, len(body)):
        depth += (body[place] in "([{") - (body[place] in ")]}")
        if depth == 0:
            return place
    return len(body)


def _moving(name: str, inside: str) -> tuple[str, str] | None:
    """Why a call may answer differently the next time, and what to do; None where it cannot."""
    root, _, last = name.partition(".")
    if name in CHANCE:
        return f"{name}() answers by chance", "Leave it out: three runs would pay three sums."
    if name in IDS:
        return (
            f"{name}() is the store's own, and another one after a restore",
            "Use member_id, order_id or another id of the company.",
        )
    todo = "Write a day of the period, of an order or of the plan; a run of a past month must not change."
    argument = not inside.strip() or _ZONE_ALONE.fullmatch(inside)
    now = name in NOW or (name in CLOCKS and argument) or last in ("transaction", "statement", "realtime")
    if now or (last == "truncate" and len(split(inside, "([{", ")]}")) < 2):
        return f"{name}() reads the clock", todo
    if last and root and name not in NAMED and not (root in CLOCKS and last == "truncate"):
        return f"nobody says that {name}() is one", "Use functions of Cypher itself."
    return None


@dataclass(slots=True)
class _Clause:
    """Whether the clause under way at some depth of brackets is ordered, and the one before it was."""

    clause: bool = False
    ordered: bool = False
    before: bool = False


def _unordered(body: str) -> Iterator[tuple[str, int]]:
    """What picks some of several rows, or of a list, that nothing has put in order, with its place."""
    depths = [_Clause()]
    for token in _TOKEN.finditer(body):
        word = re.sub(r"\s+", " ", token[0].upper())
        if word[0] in "([{C":
            clause = next((each for each in reversed(depths) if each.clause), depths[0])
            if not clause.before and (what := _picked(body, token)):
                yield what, token.start()
            depths.append(_Clause())
        elif word in (")", "]", "}"):
            if len(depths) > 1:
                depths.pop()
        elif word in ("WITH", "RETURN"):
            depths[-1] = _Clause(True, False, depths[-1].ordered)
        elif word == "ORDER BY":
            depths[-1].ordered = True
        elif not depths[-1].ordered and not _is_name(body, token.start()):
            yield word, token.start()


def _is_name(body: str, at: int) -> bool:
    """Whether `limit`, `skip` or `offset` at a place is a name, and no clause."""
    before = body[:at]
    return _NAME.search(before) is not None and not _EVERYTHING.search(before)


def _picked(body: str, token: re.Match[str]) -> str:
    """What picks by place from the unordered list that begins with a token; empty where nothing does."""
    of_pattern = token[0] == "[" and _PATTERN.match(body, token.start())
    if not of_pattern and token[0][0] not in "cC":
        return ""
    end = closing(body, token.end() - 1)
    if not (_PLACE.match(body, end + 1) or _END.search(body, 0, token.start())):
        return ""
    if of_pattern:
        return "a place of a pattern's matches"
    subquery = token[0].endswith("{")
    return "" if subquery and _ORDERED.search(body, token.end(), end) else "a place of collect"
