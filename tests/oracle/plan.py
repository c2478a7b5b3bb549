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


@dataclass(frozen=True, slots=True)
class Rank:
    """A step of the ladder."""

    name: str
    match: str
    require: tuple[Requirement, ...]
    must_be_active: bool


@dataclass(frozen=True, slots=True)
class Compression:
    """Which ancestors count as levels."""

    rule: str
    rank: str = NO_RANK


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
    activity_floor: int
    ranks: tuple[Rank, ...]
    bonuses: tuple[Bonus, ...]

    def step(self, rank: str) -> int:
        """A rank's place in the ladder; none is 0."""
        return [each.name for each in self.ranks].index(rank)

    def worth(self, volume: Fraction | int, rate: Fraction) -> Fraction:
        """Minor units that a rate on a volume in hundredths comes to, exactly."""
        return Fraction(volume) / 100 * rate * self.point_value * self.minor_units


def read(path: Path) -> Plan:
    """Read a plan file."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    rounding, volume = data.get("rounding", {}), data.get("volume", {})
    return Plan(
        minor_units=_MINOR_UNITS.get(data["currency"], 100),
        time_zone=data.get("time_zone", "UTC"),
        tree=data.get("tree", "placement"),
        point_value=_fraction(data.get("point_value", "1")),
        rounding=rounding.get("rule", "half_even"),
        per_line=rounding.get("at", "line") == "line",
        customers_count=volume.get("customers", True),
        excluded_kinds=frozenset(volume.get("exclude_kinds", [])),
        activity_floor=hundredths(data.get("activity", {}).get("personal_volume", 0)),
        ranks=(Rank(NO_RANK, "all", (), must_be_active=False), *map(_rank, data.get("rank", []))),
        bonuses=tuple(map(_bonus, data.get("bonus", []))),
    )


def _rank(data: dict[str, Any]) -> Rank:
    return Rank(
        data["name"],
        data.get("match", "all"),
        tuple(map(_requirement, data.get("require", []))),
        data.get("must_be_active", True),
    )


def _requirement(data: dict[str, Any]) -> Requirement:
    is_volume = data["kind"] in ("personal_volume", "group_volume")
    return Requirement(
        data["kind"],
        hundredths(data["at_least"]) if is_volume else int(data["at_least"]),
        _fraction(data["leg_cap"]) if "leg_cap" in data else None,
        data.get("cap_own", False),
        data.get("rank", NO_RANK),
        data.get("name", ""),
    )


def _bonus(data: dict[str, Any]) -> Bonus:
    compression = data.get("compression", "none")
    tiers = [[None, data.get("rate", "0")], *data.get("tiers", [])]
    return Bonus(
        name=data["name"],
        kind=data["kind"],
        tree=data.get("tree", "main"),
        compression=Compression(compression) if isinstance(compression, str) else Compression(**compression),
        base=_fraction(data.get("base", "1")),
        on=data.get("on", "all"),
        tiers=tuple((_floor(floor), _fraction(rate)) for floor, rate in tiers),
        rates={rank: tuple(map(_fraction, rates)) for rank, rates in data.get("rates", {}).items()},
    )


def _floor(floor: object) -> int:
    """A flat rate is one tier that every volume reaches, a negative one too."""
    return -(10**30) if floor is None else hundredths(floor)


def _fraction(value: object) -> Fraction:
    return Fraction(str(value))
