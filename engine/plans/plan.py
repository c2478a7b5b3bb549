"""The plan as everything else sees it: one compensation plan, checked, with its rule modules loaded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.money import Money
from engine.rules.module import Module

NEVER = 2**31
"""A figure that nobody reaches: the level stays closed."""
NO_RANK = "none"
"""The name of rank 0, which means no rank."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a `require` list: a requirement rule and its values."""

    module: Module
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rank:
    """One step of the ladder; `number` counts from 1.

    `ways` lists the sets of requirements, by place, that are enough: the nested all and any of the plan,
    worked out; a rank without requirements has none, and is only granted. `grace` is the number of periods
    for which a member is still paid as this rank after missing it; a `permanent` rank, once qualified for, is
    never lost for pay.
    """

    number: int
    name: str
    match: str
    must_be_active: bool
    requirements: tuple[Requirement, ...]
    ways: tuple[tuple[int, ...], ...] = ()
    grace: int = 0
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """What active members must meet besides the volume floor; `ways` is as in a rank."""

    requirements: tuple[Requirement, ...]
    ways: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Push:
    """How volume is pushed up: a push rule and its values."""

    module: Module
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Overlay:
    """One compressed tree of a run: a compression rule, its values, and the tree that it compresses."""

    index: int
    module: Module
    values: Mapping[str, Any]
    tree: str
    label: str


@dataclass(frozen=True, slots=True)
class Bonus:
    """One bonus of a plan; `overlays` names the overlay of each step of its walk.

    `requirements` and `ways` are what payees must meet, as in a rank; some rules pay for meeting them alone.
    """

    index: int
    name: str
    module: Module
    values: Mapping[str, Any]
    tree: str
    overlays: tuple[int, ...]
    steps: int
    calendar: str
    flow: Module | None
    requirements: tuple[Requirement, ...] = ()
    ways: tuple[tuple[int, ...], ...] = ()

    @property
    def state(self) -> str:
        """The property of standings that keeps the bonus's flow: named, so that bonuses may be reordered."""
        return standing_property("state", self.name)

    @property
    def outside(self) -> bool:
        """Whether another system computes it: the company says what members earned in it."""
        return self.module.name == "outside"

    @property
    def meets(self) -> str | None:
        """The property of standings that meet the bonus's requirements; None where it has none."""
        return self.values.get("meets")

    @property
    def reads_earnings(self) -> bool:
        """Whether it reads what earlier bonuses paid: it must come after them."""
        return self.module.reads_earnings or any(name.endswith("_bonuses") for name in self.values)

    @property
    def from_source(self) -> bool:
        """Whether levels may begin with the source itself: level 1 of its own or its customers' orders."""
        return bool(self.values.get("start", "above") != "above")

    @property
    def rule(self) -> dict[str, Any]:
        """The map that the module sees as `rule`."""
        return {**self.values, "overlays": list(self.overlays), "state": self.state, "steps": self.steps}


def standing_property(what: str, bonus: str) -> str:
    """The name of the property of standings that keeps something of a bonus."""
    return f"{what}_" + re.sub(r"\W+", "_", bonus.lower())


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on several bonuses together.

    It is an `amount` in minor units per member, owner or company, a `share` of company volume, or a flat
    `cut` of every earning, both whole rates. `amounts` by paid-as rank number are for members; `amount`
    is the highest of them.
    """

    bonuses: tuple[str, ...]
    per: str
    amount: int
    share: int
    cut: int
    amounts: tuple[int, ...] = ()
    matched: bool = False
    """Whether later bonuses match what the cap leaves; else the cap comes after all bonuses but pools."""


def by_figure(values: Mapping[str, Any]) -> list[str]:
    """The parameters of a rule that go by a figure in place of the rank (engine/plans/figures.py)."""
    return [name.removesuffix("_figure") for name in values if name.endswith("_figure")]


def ways_of(required: Rank | Activity | Bonus) -> list[list[dict[str, Any]]]:
    """The ways to meet the requirements, as queries take them: the values of each requirement of a way."""
    return [[dict(required.requirements[place].values) for place in way] for way in required.ways]


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan. Volumes are hundredths, rates whole (see Money), ranks numbers from 0 (none)."""

    path: Path
    text: str
    name: str
    version: str
    hash: str
    money: Money
    zone: str
    tree: str
    customers: bool
    excluded_kinds: tuple[str, ...]
    floor: int
    ranks: tuple[Rank, ...]
    bonuses: tuple[Bonus, ...]
    overlays: tuple[Overlay, ...]
    caps: tuple[Cap, ...]
    push: Push | None = None
    activity_days: int = 0
    """How many days up to the period's end count for the activity floor; 0: the days of the period."""
    rank_calendar: str = ""
    """The calendar whose periods decide ranks; other periods take over its last ones. Empty: each its own."""
    activity: Activity | None = None
    accumulate: bool = False
    """Whether standings keep the volumes of all periods so far even where no rule needs them."""
    group_commissionable: bool = False
    """Whether standings have the commissionable volume of the group even where no rule needs it."""
    floors: tuple[int, ...] = ()
    """The activity floor by the paid-as rank of the period before; empty where all have the same `floor`."""
    demotion: int | None = None
    """How many ranks a member's pay may fall from one period to the next; None without a limit."""
    kept: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, compare=False, repr=False)
    """The statements that read a committed run, as it kept them (engine/composition/kept.py); else empty."""

    @property
    def one_floor(self) -> bool:
        """Whether a single floor of the period's personal volume alone decides who is active."""
        return not (self.activity_days or self.activity is not None or self.floors)

    @property
    def rank_names(self) -> tuple[str, ...]:
        """Names by rank number."""
        return (NO_RANK, *(rank.name for rank in self.ranks))

    def due(self, calendar: str) -> tuple[Bonus, ...]:
        """The bonuses that a period of this calendar computes, in the plan's order."""
        return tuple(bonus for bonus in self.bonuses if bonus.calendar in ("", calendar))

    def matched_elsewhere(self, calendar: str) -> dict[str, str]:
        """The bonuses of other calendars that bonuses of this one match, with the calendar of each."""
        calendars = {bonus.name: bonus.calendar for bonus in self.bonuses}
        names = [
            name
            for bonus in self.due(calendar)
            if bonus.calendar
            for name in bonus.values.get("bonuses", ())
            if calendars[name] not in ("", bonus.calendar)
        ]
        return {name: calendars[name] for name in dict.fromkeys(names)}

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement of the plan: of its ranks, of activity, of its bonuses."""
        of_ranks = [requirement for rank in self.ranks for requirement in rank.requirements]
        of_activity = self.activity.requirements if self.activity else ()
        of_bonuses = [requirement for bonus in self.bonuses for requirement in bonus.requirements]
        return (*of_ranks, *of_activity, *of_bonuses)
