"""Columns of a rule that is one RETURN clause, perhaps after WITH clauses that name what it uses.

The engine asks for one column at a time, as an expression inside its own passes. So what a WITH names is put
in where a column uses it: as it is where it is used once, else bound once and used by its name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.graph.pieces import LITERAL, Piece, Pieces, parted, text_of
from engine.graph.queries import Query, split
from engine.rules.module import RuleError

_BINDS = ("all", "any", "none", "single", "reduce", "exists", "count", "collect")
"""What may have names of its own within its round brackets; within others anything may."""
_TOKEN = re.compile(r"[A-Za-z_]\w*|[()\[\]{}]")
_CLAUSE = re.compile(r"(?<![.$])\b(WITH|RETURN)\b", re.IGNORECASE)
_OTHER = re.compile(
    r"(?<![.$])\b(DISTINCT|WHERE|ORDER\s+BY|SKIP|LIMIT|MATCH|UNWIND|CALL|UNION)\b", re.IGNORECASE
)
_NAMED = re.compile(r"(.*)\bAS\s+(\w+)\s*", re.DOTALL | re.IGNORECASE)
_CARRIED = re.compile(r"\s*(\*|[A-Za-z_]\w*)\s*")


@dataclass(frozen=True, slots=True)
class _Item:
    """What a clause names, and where the expression for it begins and ends in the body."""

    name: str
    start: int
    end: int


def blanked(text: str, *, strings: bool = True) -> str:
    """The text with comments and quoted strings made blank; all else keeps its place."""

    def blank(literal: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", literal[0]) if strings or literal[0].startswith("/") else literal[0]

    return LITERAL.sub(blank, text)


def plain(text: str) -> str:
    """The text without comments, what is in quotes blank, and names without their backticks."""

    def blank(literal: re.Match[str]) -> str:
        first, inside, last = literal[0][0], literal[0][1:-1], literal[0][-1]
        if first == "`":
            return f" {inside} "
        inside = re.sub(r"[^\n]", " ", inside)
        return f"{first}{inside}{last}" if first in "'\"" else f" {inside} "

    return LITERAL.sub(blank, text)


def columns_of(body: Query, known: frozenset[str]) -> Mapping[str, Query]:
    """Each returned column as an expression, in the order of the RETURN; raises RuleError with file and line.

    `known` are the names that the engine gives the rule: no WITH may give them another meaning.
    """
    clauses = _Clauses(body)
    *withs, returned = clauses.stretches()
    names: list[_Item] = []
    for clause in withs:
        for item in clauses.named(*clause):
            if item.name in known | {other.name for other in names}:
                raise clauses.wrong(f"{item.name} means something else already", item.start)
            names.append(item)
    columns = {}
    for item in clauses.named(*returned, carried=True):
        pieces = clauses.expression(item)
        for name in reversed(names):
            pieces = _put_in(pieces, name.name, clauses.expression(name))
        pieces = (pieces[0]._replace(begins=True), *pieces[1:])
        columns[item.name] = Query(item.name, body.path, "fragment", {}, {}, "", text_of(pieces), pieces)
    return columns


class _Clauses:
    """The clauses of a rule's body, each with the lines of what it names."""

    def __init__(self, body: Query) -> None:
        self._path, self._line = body.path, body.pieces[0].line
        self._text = blanked(body.text, strings=False)
        self._outer = _outer(blanked(body.text))

    def wrong(self, what: str, at: int) -> RuleError:
        """The refusal of what comes at an offset of the body."""
        at += len(self._text[at:]) - len(self._text[at:].lstrip())
        return RuleError(what, f"{self._path}:{self._line_at(at)}")

    def stretches(self) -> list[tuple[int, int]]:
        """Where the items of each WITH, and last those of the RETURN, begin and end."""
        words = [
            keyword
            for keyword in _CLAUSE.finditer(self._outer)
            if not re.search(r"\b(STARTS|ENDS)\s*$", self._outer[: keyword.start()], re.IGNORECASE)
        ]
        kinds = [word[1].upper() for word in words]
        if kinds != ["WITH"] * (len(kinds) - 1) + ["RETURN"] or self._outer[: words[0].start()].strip():
            raise self.wrong("must be a single RETURN clause, perhaps after WITH clauses", 0)
        ends = [word.start() for word in words[1:]] + [len(self._text)]
        return [(word.end(), end) for word, end in zip(words, ends, strict=True)]

    def named(self, start: int, end: int, *, carried: bool = False) -> Iterator[_Item]:
        """What a clause names; names that it only carries on are left out unless they are `carried`."""
        if other := _OTHER.search(self._outer, start, end):
            word = " ".join(other[1].upper().split())
            raise self.wrong(
                f"must be a single RETURN clause, perhaps after WITH clauses; it has {word}", other.start()
            )
        for item in split(self._text[start:end], "([{", ")]}"):
            kept = _CARRIED.fullmatch(item)
            if named := _NAMED.fullmatch(item):
                yield _Item(named[2], start, start + len(named[1]))
            elif not kept or (carried and kept[1] == "*"):
                raise self.wrong(f"column without a name: {item.strip()}", start)
            elif carried:
                yield _Item(kept[1], start, start + len(item))
            start += len(item) + 1

    def expression(self, item: _Item) -> Pieces:
        """What an item says, without the indentation that it has in the file."""
        text = self._text[item.start : item.end]
        start = item.start + len(text) - len(text.lstrip())
        margin = start - self._text.rfind("\n", 0, start) - 1
        text = text.strip()
        if not any("\n" in quoted[0] for quoted in LITERAL.finditer(text)):
            first, *lines = text.split("\n")
            lines = [line[min(margin, len(line) - len(line.lstrip())) :] for line in lines]
            text = "\n".join(line.rstrip() for line in (first, *lines))
        return (Piece(text, self._path, self._line_at(start), begins=False),)

    def _line_at(self, offset: int) -> int:
        return self._line + self._text.count("\n", 0, offset)


def _outer(text: str) -> str:
    """The text with everything within brackets made blank."""
    depth, signs = 0, []
    for sign in text:
        depth += sign in "([{"
        signs.append(sign if depth == 0 or sign == "\n" else " ")
        depth -= sign in ")]}"
    return "".join(signs)


def _put_in(pieces: Pieces, name: str, value: Pieces) -> Pieces:
    """An expression with the value of one name put in."""
    uses = list(_uses(text_of(pieces), name))
    if not uses:
        return pieces
    at, free = uses[0]
    if len(uses) == 1 and free:
        before, rest = parted(pieces, at)
        return before + _between("(", value, ")") + parted(rest, len(name))[1]
    return _between(f"[{name} IN [", value, "] | ") + _between("", pieces, "][0]")


def _between(before: str, pieces: Pieces, after: str) -> Pieces:
    first, *others = pieces
    *others, last = [first._replace(text=before + first.text), *others]
    return (*others, last._replace(text=last.text + after))


def _uses(text: str, name: str) -> Iterator[tuple[int, bool]]:
    """Where a name is used, and whether nothing around it can have given the name another meaning."""
    bare = blanked(text)
    binding: list[bool] = []
    word = ""
    for match in _TOKEN.finditer(bare):
        token, start = match[0], match.start()
        if token in "([{":
            binding.append(token != "(" or word in _BINDS)
        elif token in ")]}":
            del binding[-1:]
        elif token == name and bare[start - 1 : start] not in (".", "$"):
            yield start, not any(binding)
        word = token.lower()
