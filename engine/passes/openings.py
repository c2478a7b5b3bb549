"""Openings: what a company brings along from before its first period here, as its table `openings` says it.

A row says one figure of one member as of a period, for one plan: volume on a leg, volume accumulated so far,
a rank, a reward that is paid already. `standings_of` turns the rows of a period into what a run of it would
have left on its standings, so that whatever carries from a run before reads them alike.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine import ranges
from engine.errors import UplineError
from engine.money import AmountError, decimal
from engine.plans.plan import Bonus, Plan

LEG = re.compile(r"^(left|right)(?: ([1-9]\d{0,3}))?$")
WORDS: Mapping[str, tuple[str, ...]] = {
    "accumulated_volume": ("group", "personal"),
    "rank": ("qualified", "paid", "kept", "lifetime"),
}
"""The names of kinds whose names are words of the engine; of the others it is a bonus, or empty."""


class OpeningError(UplineError):
    """An opening balance that the plan has no place for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of opening: how its value is written, and what its columns `name` and `part` say."""

    value: str
    name: str
    part: str
    parts: re.Pattern[str]


_EMPTY, _PLACE, _RANK = re.compile("^$"), re.compile(r"^\d{1,4}$"), re.compile(".")
_AGO = re.compile(r"^(\d{1,4})?$")
_OWED = re.compile("^(owed)?$")
KINDS: Mapping[str, Kind] = {
    "leg": Kind(
        "volume", "the binary", "left or right; where volume expires, how often it was carried: left 2", LEG
    ),
    "first_pair": Kind("count", "the binary", "empty", _EMPTY),
    "bracket_volume": Kind(
        "volume", "the stairstep", "period, accumulated or owed", re.compile("^(period|accumulated|owed)$")
    ),
    "rewarded_rank": Kind("rank", "the rank advancement", "empty", _EMPTY),
    "held": Kind("count", "the rank advancement", "the rank", _RANK),
    "instalments": Kind("count", "the rank advancement", "the rank", _RANK),
    "rewarded_levels": Kind("count", "the bonus of filled levels", "empty", _EMPTY),
    "state": Kind("number", "the bonus", "the place in the state of its flow, from 0", _PLACE),
    "accumulated_volume": Kind("volume", "group or personal", "empty, or owed", _OWED),
    "personal_volume": Kind(
        "volume", "empty", "how many periods ago: 0, or empty, is the period itself", _AGO
    ),
    "rank": Kind("rank", "qualified, paid, kept or lifetime", "how many periods ago, or empty", _AGO),
}
"""The kinds of openings."""

Facts = dict[str, Any]
"""The properties of one standing."""


def fault(kind: str, name: str | None, part: str | None, value: str) -> tuple[str, str] | None:
    """What is wrong with a row whatever the plan, and what to do; None where nothing is."""
    rule = KINDS.get(kind)
    if rule is None:
        return f"kind {kind!r} is no kind of opening", f"Kinds are {', '.join(KINDS)}."
    fits = not name if kind == "personal_volume" else name in WORDS[kind] if kind in WORDS else bool(name)
    if not fits:
        return f"name {name or ''!r} does not fit {kind}", f"The name of {kind} is {rule.name}."
    if not rule.parts.search(part or ""):
        return f"part {part or ''!r} does not fit {kind}", f"The part of {kind} is {rule.part}."
    if rule.value != "rank":
        try:
            number(kind, value)
        except AmountError as error:
            return f"value {value!r} {error.what}", f"The value of {kind} is a {rule.value}."
    return None


def number(kind: str, value: str) -> int:
    """A value as a whole number, volumes as hundredths; raises AmountError."""
    return (ranges.OPENING_VOLUME if KINDS[kind].value == "volume" else ranges.FACT).read(value)


def standings_of(plan: Plan, rows: Iterable[Mapping[str, Any]], period: str) -> dict[str, Facts]:
    """The properties of standings by member_id, as a run of `period` by the plan would have left them.

    A row has member_id, kind, name, part and value, as texts. Raises OpeningError where the plan has no such
    bonus or rank.
    """
    members: dict[str, list[_Row]] = {}
    for row in rows:
        named = _Row(row["kind"], row["name"] or "", row["part"] or "", row["value"] or "")
        members.setdefault(row["member_id"], []).append(named)
    return {member: _standing(_Reader(plan, member, period), of) for member, of in members.items()}


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    name: str
    part: str
    value: str


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the rows of one member by the words of one plan."""

    plan: Plan
    member: str
    period: str

    def error(self, what: str, todo: str) -> OpeningError:
        return OpeningError(f"the opening of {self.member} as of {self.period}: {what}", "openings", todo)

    def rank(self, name: str) -> int:
        """The number of a rank of the plan."""
        names = list(self.plan.rank_names)
        if name not in names:
            raise self.error(
                f"{self.plan.name} has no rank called {name!r}", f"Its ranks are {', '.join(names)}."
            )
        return names.index(name)

    def bonus(self, row: _Row) -> Bonus:
        """The bonus that a row names, with the flow that its kind is about."""
        flows = _FLOWS.get(row.kind)
        found = [bonus for bonus in self.plan.bonuses if bonus.name == row.name]
        fitting = [
            bonus.name
            for bonus in self.plan.bonuses
            if bonus.flow and bonus.flow.carries_for(bonus.values) and flows in (None, bonus.flow.name)
        ]
        if not found or row.name not in fitting:
            lacks = "no bonus called" if not found else f"nothing to carry as {row.kind} in"
            raise self.error(
                f"{self.plan.name} has {lacks} {row.name!r}",
                f"It carries {row.kind} for {', '.join(fitting) or 'none of its bonuses'}.",
            )
        return found[0]


_FLOWS = {
    "leg": "binary",
    "first_pair": "binary",
    "bracket_volume": "stairstep",
    "rewarded_rank": "rank_advancement",
    "held": "rank_advancement",
    "instalments": "rank_advancement",
    "rewarded_levels": "filled_levels",
}
"""The flow that keeps each kind of a bonus; `state` is of any."""


def _standing(reader: _Reader, rows: list[_Row]) -> Facts:
    facts: Facts = {"rank": 0, "qualified_rank": 0, "personal_volume": 0}
    states: dict[str, list[_Row]] = {}
    ranks: dict[tuple[str, int], int] = {}
    volumes: dict[int, int] = {}
    for row in rows:
        if row.kind == "rank":
            ranks[row.name, int(row.part or 0)] = reader.rank(row.value)
        elif row.kind == "accumulated_volume":
            word = "owed" if row.part else "accumulated"
            facts[f"{word}_{row.name}_volume"] = number(row.kind, row.value)
        elif row.kind == "personal_volume":
            volumes[int(row.part or 0)] = number(row.kind, row.value)
        else:
            states.setdefault(row.name, []).append(row)
    if volumes:
        facts["recent_volumes"] = [volumes.get(ago, 0) for ago in range(max(volumes) + 1)]
        facts["personal_volume"] = facts["recent_volumes"][0]
    for of in states.values():
        bonus = reader.bonus(of[0])
        for row in of:
            reader.bonus(row)
        facts[bonus.state] = _state(reader, bonus, of)
    return facts | _ranks(ranks)


def _ranks(ranks: Mapping[tuple[str, int], int]) -> Facts:
    """Ranks as a run remembers them; by default paid is as qualified, and lifetime the best of those."""

    def listed(word: str, first: int) -> list[int]:
        last = max((ago for name, ago in ranks if name == word), default=-1)
        return [ranks.get((word, ago), 0) for ago in range(first, last + 1)]

    if not ranks:
        return {}
    qualified = ranks.get(("qualified", 0), 0)
    facts: Facts = {
        "qualified_rank": qualified,
        "rank": ranks.get(("paid", 0), qualified),
        "lifetime_rank": max(ranks.get(("lifetime", 0), 0), *listed("qualified", 0), 0),
        "past_ranks": listed("qualified", 1),
        "earlier_qualified_ranks": listed("qualified", 1),
        "earlier_paid_ranks": listed("paid", 1) or listed("qualified", 1),
    }
    return facts | ({"kept_rank": ranks["kept", 0]} if ("kept", 0) in ranks else {})


def _state(reader: _Reader, bonus: Bonus, rows: list[_Row]) -> list[int]:
    """The state of a bonus's flow, in the places where the flow's own text has it."""
    raw = {int(row.part): number("state", row.value) for row in rows if row.kind == "state"}
    if raw and len(raw) < len(rows):
        raise reader.error(
            f"{bonus.name} has rows of kind state, and of other kinds", "Give one or the other."
        )
    if raw:
        return [raw.get(place, 0) for place in range(max(raw) + 1)]
    assert bonus.flow
    return _STATES[bonus.flow.name](reader, bonus, rows)


def _binary(reader: _Reader, bonus: Bonus, rows: list[_Row]) -> list[int]:
    expires = bonus.values.get("expires")
    aged = {side: [0] * (expires or 1) for side in ("left", "right")}
    paired = 0
    for row in rows:
        leg = LEG.match(row.part)
        if leg is None:
            paired = number(row.kind, row.value)
            continue
        age = int(leg[2] or 1)
        if age > len(aged[leg[1]]):
            limit = f"at most {expires} times" if expires else "without an age: nothing of it expires"
            raise reader.error(f"volume of {bonus.name} is carried {limit}, not {age}", "Correct the part.")
        aged[leg[1]][age - 1] += number(row.kind, row.value)
    state = [0] * 7 + [sum(aged["left"]), sum(aged["right"]), 0]
    if bonus.values.get("first_double") or expires is not None:
        state.append(paired)
    return state if expires is None else [*state, *aged["left"], *aged["right"]]


def _stairstep(_reader: _Reader, _bonus: Bonus, rows: list[_Row]) -> list[int]:
    parts = {row.part: number(row.kind, row.value) for row in rows}
    owed = [parts["owed"]] if parts.get("owed") else []
    return [0, 0, parts.get("period", 0), 0, parts.get("accumulated", 0), 0, *owed]


def _rank_advancement(reader: _Reader, bonus: Bonus, rows: list[_Row]) -> list[int]:
    count = len(bonus.values["amounts"]) - 1
    held, used, rewarded = [0] * count, [0] * count, 0
    for row in rows:
        if row.kind == "rewarded_rank":
            rewarded = reader.rank(row.value)
        elif (rank := reader.rank(row.part)) > 0:
            (held if row.kind == "held" else used)[rank - 1] = number(row.kind, row.value)
    return [0, rewarded, *held, *used, *([0] * count)]


def _filled_levels(_reader: _Reader, _bonus: Bonus, rows: list[_Row]) -> list[int]:
    return [0, *(number(row.kind, row.value) for row in rows), 0]


_STATES: Mapping[str, Callable[[_Reader, Bonus, list[_Row]], list[int]]] = {
    "binary": _binary,
    "stairstep": _stairstep,
    "rank_advancement": _rank_advancement,
    "filled_levels": _filled_levels,
}


def in_words(kind: str, name: str | None, part: str | None, value: str) -> str:
    """One opening for a reader: ``leg of Binary, left: 300.00``."""
    figure = decimal(number(kind, value), 2) if KINDS[kind].value == "volume" else value
    of = f" of {name}" if name and kind not in WORDS else f" {name}" if name else ""
    return f"{kind.replace('_', ' ')}{of}{f', {part}' if part else ''}: {figure}"
