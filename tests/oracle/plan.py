"""The plan file, read into fractions and hundredths, with its defaults filled in."""

import tomllib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from .tables import hundredths

NO_RANK = "none"
_MINOR_UNITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 1),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 1000),
}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a rank's requirements: `at_least` in hundredths for volumes, else a count."""

    kind: str
    at_least: int
    leg_cap: Fraction | None
    cap_own: bool
    rank: str
    name: str
    options: dict[str, Any]
    at_least_by_rank: dict[str, int]
    own_fact: str = ""
    """The fact of the member that takes the place of `at_least`."""


@dataclass(frozen=True, slots=True)
class Rank:
    """A step of the ladder. `condition` holds places of `require`, joined by nested "all" and "any"."""

    name: str
    match: str
    require: tuple[Requirement, ...]
    must_be_active: bool
    condition: Any = ("all",)
    grace: int = 0
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Compression:
    """Which ancestors count as levels."""

    rule: str
    rank: str = NO_RANK
    inactive: str = "lose"
    from_level: int = 1
    to_level: int = 10**9
    """Levels outside of these are not compressed."""


@dataclass(frozen=True, slots=True)
class Bonus:
    """One bonus; a family reads its own options."""

    name: str
    kind: str
    tree: str
    compression: Compression
    base: Fraction
    on: str
    tiers: tuple[tuple[int, Fraction], ...]
    rates: dict[str, tuple[Fraction, ...]]
    options: dict[str, Any]
    """The bonus's table as the plan file gives it, for families with options of their own."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. `ranks` begins with the rank called none."""

    minor_units: int
    """Minor units in one unit of the currency."""
    time_zone: str
    tree: str
    point_value: Fraction
    rounding: str
    per_line: bool
    customers_count: bool
    excluded_kinds: frozenset[str]
    activity_floors: dict[str, int]
    """By rank name; a rank that is not listed has that of the nearest lower one."""
    ranks: tuple[Rank, ...]
    bonuses: tuple[Bonus, ...]
    options: dict[str, Any]

    def step(self, rank: str) -> int:
        """A rank's place in the ladder; none is 0."""
        return [each.name for each in self.ranks].index(rank)

    def listed(self, figures: dict[str, int], rank: str) -> int:
        """A rank's own figure, or that of the nearest lower rank that has one, or 0."""
        below = [each.name for each in self.ranks[: self.step(rank) + 1] if each.name in figures]
        return figures[below[-1]] if below else 0

    def worth(self, volume: Fraction | int, rate: Fraction) -> Fraction:
        """The exact minor units of a rate on a volume in hundredths."""
        return Fraction(volume) / 100 * rate * self.point_value * self.minor_units


def read(path: Path) -> Plan:
    """Read a plan file."""
    with path.open("rb") as file:
        data = {"currency": "USD"} | tomllib.load(file)
    own = data["currency"] if isinstance(data["currency"], dict) else {"code": data["currency"]}
    data["currency"] = own["code"]
    rounding, volume = data.get("rounding", {}), data.get("volume", {})
    return Plan(
        minor_units=10 ** own["digits"] if "digits" in own else _MINOR_UNITS.get(own["code"], 100),
        time_zone=data.get("time_zone", "UTC"),
        tree=data.get("tree", "placement"),
        point_value=_fraction(data.get("point_value", "1")),
        rounding=rounding.get("rule", "half_even"),
        per_line=rounding.get("at", "line") == "line",
        customers_count=volume.get("customers", True),
        excluded_kinds=frozenset(volume.get("exclude_kinds", [])),
        activity_floors=_by_rank(data.get("activity", {}).get("personal_volume", 0)),
        ranks=(
            Rank(NO_RANK, "all", (), must_be_active=False),
            *(_rank(rank, data.get("rank_grace", 0)) for rank in data.get("rank", [])),
        ),
        bonuses=tuple(map(_bonus, data.get("bonus", []))),
        options=data,
    )


def _rank(data: dict[str, Any], grace: int) -> Rank:
    flat: list[Requirement] = []
    match = data.get("match", "all")
    condition = nested(match, data.get("require", []), flat)
    return Rank(
        data["name"],
        match,
        tuple(flat),
        data.get("must_be_active", True),
        condition,
        int(data.get("grace", grace)),
        data.get("permanent", False),
    )


def nested(match: str, listed: list[dict[str, Any]], flat: list[Requirement]) -> tuple[Any, ...]:
    """Nested requirements as a tree of places in one flat list, in the order in which they are written."""
    parts: list[Any] = []
    for each in listed:
        inner = next((word for word in ("all", "any") if word in each), None)
        if inner:
            parts.append(nested(inner, each[inner], flat))
        else:
            parts.append(len(flat))
            flat.append(_requirement(each))
    return (match, *parts)


COUNTED = (
    "legs_with_rank", "fact", "active_frontline", "personally_sponsored", "customers", "legs_with_volume",
    "active_team", "orders", "rank_held",
)  # fmt: skip
"""Kinds of requirements whose figure is a count; a retail share is a rate, all others are volumes."""


def _requirement(data: dict[str, Any]) -> Requirement:
    reached = data.get("at_least", data.get("periods", 0) if data["kind"] == "rank_held" else 0)
    own = reached if isinstance(reached, dict) and "otherwise" in reached else {}
    reached = own.get("otherwise", reached)
    if "at_least" not in data and data["kind"] in ("fact", "orders"):
        reached = 1
    if data["kind"] in COUNTED:
        at_least = int(reached)
    elif data["kind"] == "personal_volume_by_rank":
        at_least = 0
    elif data["kind"] == "retail_share":
        at_least = int(_fraction(reached) * 1_000_000)
    elif data["kind"] == "leg_shape":
        at_least = sum(hundredths(data.get(part, 0)) for part in ("largest", "second", "rest"))
    else:
        at_least = hundredths(reached)
    return Requirement(
        data["kind"],
        at_least,
        _fraction(data["leg_cap"]) if "leg_cap" in data else None,
        data.get("cap_own", False),
        data.get("rank", NO_RANK),
        data.get("name", ""),
        data,
        _by_rank(reached) if data["kind"] == "personal_volume_by_rank" else {},
        own.get("fact", ""),
    )


def _bonus(data: dict[str, Any]) -> Bonus:
    for key in ("tiers", "brackets"):
        if isinstance(data.get(key), dict):
            data = {**data, key: [list(entry) for entry in data[key].items()]}
    if data["kind"] == "binary_steps" and isinstance(data["amounts"], dict):
        data = {**data, "amounts": [list(entry) for entry in data["amounts"].items()]}
    compression = data.get("compression", "none")
    rate = data.get("rate", "0")
    tiers = [[None, "0" if isinstance(rate, dict) else rate], *data.get("tiers", [])]
    return Bonus(
        name=data["name"],
        kind=data["kind"],
        tree=data.get("tree", "main"),
        compression=Compression(compression) if isinstance(compression, str) else Compression(**compression),
        base=_fraction(data.get("base", "1")),
        on=data.get("on", "all"),
        tiers=tuple((_floor(floor), _fraction(rate)) for floor, rate in tiers),
        rates={} if "by" in data.get("rates", {}) else rates_of(data.get("rates", {})),
        options=data,
    )


def rates_of(table: Any) -> dict[str, tuple[Fraction, ...]]:
    """Rates by rank name; a plain list holds for everybody, one rate is a list of one."""
    by_rank = table if isinstance(table, dict) else {NO_RANK: table}
    return {
        rank: tuple(map(_fraction, rates if isinstance(rates, list) else [rates]))
        for rank, rates in by_rank.items()
    }


def _by_rank(table: Any) -> dict[str, int]:
    """Volumes by rank name; one figure holds for everybody."""
    return {
        rank: hundredths(volume)
        for rank, volume in (table if isinstance(table, dict) else {NO_RANK: table}).items()
    }


def _floor(floor: object) -> int:
    """A flat rate is one tier that every volume reaches, a negative one too."""
    return -(10**30) if floor is None else hundredths(floor)


def _fraction(value: object) -> Fraction:
    return Fraction(str(value))
