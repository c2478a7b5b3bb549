"""Plan files: one TOML file is one compensation plan, checked against the rule modules that it names.

Nothing here knows a bonus family: the keys that a `[[bonus]]` may have are the parameters that its module
declares. docs/plan/ has the language.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.money import Money
from engine.rules.contract import Module

NEVER = 2**31
"""More than any figure that could open a level."""
NO_RANK = "none"
"""What a member without a rank is called, rank 0."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a rank: a requirement rule and its values."""

    module: Module
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rank:
    """One step of the ladder; `number` counts from 1.

    `ways` lists which requirements, by place, are together enough: the nested all and any of the plan worked
    out. `grace` counts the periods for which a member is still paid as this rank after missing it; a
    `permanent` rank, once qualified for, is never lost for pay.
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
    """What the plan asks of active members beside the volume floor; `ways` as of a rank."""

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

    `requirements` and `ways` are what it asks of its payees, as of a rank; some rules pay for those alone.
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
        """The property that keeps the bonus's flow on a standing: a name, so that plans may be reordered."""
        return kept("state", self.name)

    @property
    def meets(self) -> str | None:
        """The property of standings that meet what the bonus requires; None where it requires nothing."""
        return self.values.get("meets")

    @property
    def from_source(self) -> bool:
        """Whether levels may begin with the source itself: level 1 of its own order, or of a customer's."""
        return bool(self.values.get("start", "above") != "above")

    @property
    def rule(self) -> dict[str, Any]:
        """The map that the module sees as `rule`."""
        return {**self.values, "overlays": list(self.overlays), "state": self.state, "steps": self.steps}


def kept(what: str, bonus: str) -> str:
    """The property of standings that keeps something of a bonus."""
    return f"{what}_" + re.sub(r"\W+", "_", bonus.lower())


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on some bonuses together: an `amount` in minor units per member, owner or company, a `share` of
    company volume (per million), or a flat `cut` of every earning (per million).

    Of `amounts` by paid-as rank number, for members, `amount` is the highest.
    """

    bonuses: tuple[str, ...]
    per: str
    amount: int
    share: int
    cut: int
    amounts: tuple[int, ...] = ()
    matched: bool = False
    """Whether later bonuses match on what the cap leaves; else it comes after all bonuses but pools."""


def ways_of(asked: Rank | Activity | Bonus) -> list[list[dict[str, Any]]]:
    """The ways to meet what is asked, as the queries take them: each with the rules of its requirements."""
    return [[dict(asked.requirements[place].values) for place in way] for way in asked.ways]


@dataclass(frozen=True, slots=True)
class Plan:
    """A checked plan. Volumes are hundredths, rates per million, ranks numbers from 0 (none)."""

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
    """The last days, up to the period's end, that the activity floor is about; 0: those of the period."""
    rank_calendar: str = ""
    """The calendar whose periods decide ranks; others take them from its last one. Empty: each its own."""
    activity: Activity | None = None
    accumulate: bool = False
    """Whether volumes of all periods so far are kept on standings even where no rule asks for them."""
    floors: tuple[int, ...] = ()
    """The activity floor by the rank paid as in the period before; empty where all have the same `floor`."""
    demotion: int | None = None
    """The most ranks that pay falls from one period to the next; None without a limit."""

    @property
    def one_floor(self) -> bool:
        """Whether one floor of the period's own volume is all that decides who is active."""
        return not (self.activity_days or self.activity is not None or self.floors)

    @property
    def rank_names(self) -> tuple[str, ...]:
        """Names by rank number."""
        return (NO_RANK, *(rank.name for rank in self.ranks))

    def due(self, calendar: str) -> tuple[Bonus, ...]:
        """The bonuses that periods of a calendar compute, in the plan's order."""
        return tuple(bonus for bonus in self.bonuses if bonus.calendar in ("", calendar))

    @property
    def requirements(self) -> tuple[Requirement, ...]:
        """Every requirement of the plan: of its ranks, of its bonuses, of active members."""
        of_ranks = [each for rank in self.ranks for each in rank.requirements]
        of_activity = self.activity.requirements if self.activity else ()
        return (*of_ranks, *of_activity, *(each for bonus in self.bonuses for each in bonus.requirements))

    @property
    def needs_sponsor_tree(self) -> bool:
        """Whether some bonus walks the sponsor tree beside the main one, or some rank counts recruits."""
        counted = any(each.module.on_recruits for each in self.requirements)
        walked = any(
            bonus.tree == "sponsor" or bonus.values.get("depth_by_recruits") for bonus in self.bonuses
        )
        return self.tree == "placement" and (walked or counted)
