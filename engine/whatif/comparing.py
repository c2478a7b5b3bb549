"""A what-if compared with the run on which it rests: in all, by bonus, by rank and by member.

Amounts are whole minor units, volumes whole hundredths. The differences of the members and those of the
bonuses come to the difference in all, to the last unit. What all members are needed for is counted once,
when the what-if is computed, and kept on its record.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from engine.answers.pages import Page, Stretch, page
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.money import Currency
from engine.passes.context import Frozen, Work
from engine.passes.levels import everywhere
from engine.passes.record import RunRecord, levels_of, slices
from engine.plans.plan import Plan
from engine.preview.figures import Difference, Figures
from engine.whatif.kept import WhatIf, base_run, one

Chosen = Literal["all", "winners", "losers"]
CHOSEN: Mapping[Chosen, str] = {
    "all": "true", "winners": "standing.gain > 0", "losers": "standing.gain < 0",
}  # fmt: skip
"""Which members are listed: whoever has other figures, earns more, or earns less."""


@dataclass(frozen=True, slots=True)
class BonusCompared:
    """What a bonus pays before and after, and how many; noughts where one of the plans does not have it."""

    bonus: str
    before: int
    after: int
    payees_before: int
    payees_after: int

    @property
    def difference(self) -> int:
        """By how much it pays more."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class RankCompared:
    """How many members are paid as a rank before and after; of those before, how many rise and fall."""

    rank: str
    before: int
    after: int
    risen: int
    fallen: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A what-if and the run on which it rests.

    `worth_before` and `worth_after` are the commissionable volume in minor units; `won` and `lost` are what
    the winners gain and the losers lose together.
    """

    what_if: WhatIf
    base: RunRecord
    bonuses: tuple[BonusCompared, ...]
    ranks: tuple[RankCompared, ...]
    worth_before: int
    worth_after: int
    members_changed: int
    winners: int
    losers: int
    won: int
    lost: int

    @property
    def cash(self) -> Currency:
        """The currency of its amounts."""
        return self.base.cash

    @property
    def before(self) -> int:
        """All that the run paid."""
        return sum(each.before for each in self.bonuses)

    @property
    def after(self) -> int:
        """All that would be paid."""
        return sum(each.after for each in self.bonuses)

    @property
    def difference(self) -> int:
        """By how much more would be paid."""
        return self.after - self.before

    @property
    def share_before(self) -> Fraction | None:
        """What the run paid as a share of the volume; None without volume."""
        return Fraction(self.before, self.worth_before) if self.worth_before > 0 else None

    @property
    def share_after(self) -> Fraction | None:
        """What would be paid as a share of the volume; None without volume."""
        return Fraction(self.after, self.worth_after) if self.worth_after > 0 else None


def note(work: Work, source: Frozen) -> None:
    """Count how the run under way differs from the one on which it rests, and keep that on its record."""
    base, names = source.run, list(work.plan.rank_names)
    renumbered = [names.index(name) if name in names else -1 for name in base.facts["ranks"]]
    everywhere(work, query("whatif/difference"), base=base.number, renumbered=renumbered)
    gains = work.graph.read("whatif/gains", run=work.run)[0]
    moves: Counter[tuple[int, int]] = Counter()
    for first, last in slices(work.widths["main"]):
        levels = {"run": work.run, "base": base.number, "first": first, "last": last}
        for then, now, members in work.graph.value("whatif/rank_moves", **levels):
            moves[then, now] += members
    work.results.setdefault("facts", {}).update(
        members_changed=gains["changed"], winners=gains["winners"], losers=gains["losers"],
        won=gains["won"], lost=gains["lost"],
        worth_before=_worth(work.graph, source.plan, base.number),
        worth_after=_worth(work.graph, work.plan, work.run),
        rank_moves=json.dumps([[then, now, members] for (then, now), members in sorted(moves.items())]),
    )  # fmt: skip


def compare(graph: Graph, name: str) -> Comparison:
    """What a what-if changes. Raises NoWhatIfError."""
    return comparison(graph, one(graph, name))


def comparison(graph: Graph, what_if: WhatIf) -> Comparison:
    """The same of a what-if that is known already."""
    base, run = base_run(graph, what_if), what_if.run
    counted = ("members_changed", "winners", "losers", "won", "lost")
    return Comparison(
        what_if, base, tuple(_bonuses(base, run)), tuple(_ranks(base, run)),
        run.facts["worth_before"], run.facts["worth_after"], *(run.facts[name] for name in counted),
    )  # fmt: skip


def member_page(
    graph: Graph, compared: Comparison, stretch: Stretch, chosen: Chosen = "all"
) -> Page[Difference]:
    """A page of members with other figures, forward: whoever gains or loses most comes first."""
    gain, _, after = stretch.after.partition(":")
    statement = query("whatif/members").fill(chosen=CHOSEN[chosen], **_figures())
    rows = graph.read(
        statement, run=compared.what_if.run.number, base=compared.base.number,
        gain=int(gain) if gain else None, after=after, first=stretch.size + 1,
    )  # fmt: skip
    differences = [
        _difference(compared, *(row[name] for name in ("member_id", "before", "after"))) for row in rows
    ]
    total = {"all": compared.members_changed, "winners": compared.winners, "losers": compared.losers}[chosen]
    return page(differences, lambda each: f"{abs(each.gain)}:{each.member_id}", stretch, total)


def members(graph: Graph, compared: Comparison) -> Iterator[Difference]:
    """Every member with other figures, from the tops down."""
    statement = query("whatif/of_levels").fill(**_figures())
    numbers = {"run": compared.what_if.run.number, "base": compared.base.number}
    for first, last in levels_of(graph, compared.what_if.run):
        for row in graph.value(statement, first=first, last=last, **numbers):
            yield _difference(compared, *row)


def _figures() -> dict[str, Any]:
    figures = query("whatif/figures")
    return {"then": figures.fill(standing="before"), "now": figures.fill(standing="standing")}


def _difference(
    compared: Comparison, member_id: str, before: Sequence[Any], after: Sequence[Any]
) -> Difference:
    then, now = (compared.base.facts["ranks"], compared.what_if.run.facts["ranks"])
    return Difference(member_id, _of(before, then), _of(after, now))


def _of(figures: Sequence[Any], ranks: Sequence[str]) -> Figures:
    personal, group, active, qualified, rank, earned = figures
    return Figures(personal, group, active, ranks[qualified], ranks[rank], dict(sorted(earned)))


def _bonuses(base: RunRecord, run: RunRecord) -> Iterator[BonusCompared]:
    """Each bonus of either plan, in the order of the run's and then of the what-if's own."""
    before = {total["bonus"]: total for total in base.totals}
    after = {total["bonus"]: total for total in run.totals}
    nothing = {"paid": 0, "payees": 0}
    for bonus in dict.fromkeys([*before, *after]):
        then, now = before.get(bonus, nothing), after.get(bonus, nothing)
        yield BonusCompared(bonus, then["paid"], now["paid"], then["payees"], now["payees"])


def _ranks(base: RunRecord, run: RunRecord) -> Iterator[RankCompared]:
    """Each rank of either plan, from none on in the order of the what-if's, and then those that are gone."""
    then, now = list(base.facts["ranks"]), list(run.facts["ranks"])
    moves = [
        (then[before], now[after], members) for before, after, members in json.loads(run.facts["rank_moves"])
    ]
    order = {name: number for number, name in enumerate(now)}
    for rank in dict.fromkeys([*now, *then]):
        own = order.get(rank, 0)
        held = [(after, members) for before, after, members in moves if before == rank]
        yield RankCompared(
            rank, sum(members for _, members in held),
            sum(members for _, after, members in moves if after == rank),
            sum(members for after, members in held if order[after] > own),
            sum(members for after, members in held if after != rank and order[after] <= own),
        )  # fmt: skip


def _worth(graph: Graph, plan: Plan, run: int) -> int:
    """The commissionable volume of a run in minor units, rounded down."""
    volume: int = graph.value("caps/volume", run=run)
    return int(plan.money.worth("volume").minor(volume * plan.money.rate_scale))
