"""Stories: what one bonus made of one order, for a member who asks.

A bonus on orders is told by its own lines, level by level (engine/walks.py). One on payees or on the whole
company is told by where the order entered it: whose group or leg it is in, what the rule's flow says of
those, and which lines came of it (engine/entries.py). Everything comes from the queries that paid, and from
what rules say of themselves in their headers, so a company's own rules are told alike.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from engine.answers.lines import Line, lines
from engine.answers.orders import Order
from engine.answers.overlays import Skip
from engine.answers.pay import Earning, earnings
from engine.answers.standings import Standing
from engine.composition.overlays import lists
from engine.composition.requirements import DIGITS, filled, unit
from engine.composition.trees import DEPTHS, in_tree
from engine.graph.database import Graph, Row
from engine.graph.queries import query
from engine.money import decimal
from engine.passes.record import RunRecord
from engine.passes.replay import window_of
from engine.plans.plan import Bonus, Plan

MOST_ANCESTORS = 100_000
"""Ancestors that one explanation looks at: the outer leg of a large binary."""
TOLD_AT_ONCE = 200
"""Ancestors of whom is read at once what overlays say of them: hardly any story goes further."""
MOST_ENTRIES = 10
"""Members above an order of whom one bonus tells, nearest first: more fit no screen."""


@dataclass
class Above:
    """A member and everyone above in one tree, nearest first.

    All their ids are known; what overlays say of them is read as far as it is asked.
    """

    ids: list[str]
    read: Callable[[list[str]], list[Row]]
    _rows: list[Row] = field(default_factory=list)

    def rows(self, start: int, end: int) -> list[Row]:
        """What overlays say of the places from `start` up to, not including, `end`."""
        while len(self._rows) < min(end, len(self.ids)):
            first = len(self._rows)
            self._rows += self.read(self.ids[first : first + TOLD_AT_ONCE])
        return self._rows[start:end]

    def beyond(self, place: int) -> "Above":
        """The same path from a place on."""
        return Above(self.ids[place:], self.read)


@dataclass(frozen=True, slots=True)
class Step:
    """One line with the ancestors that were stepped over to reach its payee."""

    line: Line
    skipped: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A member whose group or leg the order entered, `distance` levels above it (None: not at all).

    `through` is the member below by whom it came, `leg` where that one stands; `figures` are those that the
    rule's flow shows, name and text; `lines` those of the bonus that pay the member, or would have.
    """

    member_id: str
    distance: int | None
    through: str | None
    leg: str | None
    figures: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class BonusStory:
    """What one bonus made of the order, and the sentence for the member who asks.

    `steps` are lines that came of it; `entries` where it entered a bonus that is not paid order by order, and
    the member who asks; `requirements` what the bonus asks of that member (name, required, actual, passes);
    `about` and `plan_says` what the rule and the plan say of the bonus; `cut` what caps took of the earning.
    """

    bonus: str
    steps: tuple[Step, ...]
    verdict: str
    entries: tuple[Entry, ...] = ()
    requirements: tuple[tuple[str, str, str, bool], ...] = ()
    about: str = ""
    plan_says: str = ""
    cut: str = ""

    @property
    def paid(self) -> set[str]:
        """Whom the order brought something, as far as the story goes."""
        entered = [entry for entry in self.entries if entry.distance is not None]
        lines = [step.line for step in self.steps] + [line for entry in entered for line in entry.lines]
        return {line.payee_id for line in lines if line.rate and line.payee_id}


@dataclass
class Asked:
    """One question: the run, the order, the member who asks, and what several bonuses need."""

    graph: Graph
    run: RunRecord
    plan: Plan
    order: Order
    member: Standing
    told: dict[str, BonusStory] = field(default_factory=dict)
    elsewhere: dict[str, BonusStory] = field(default_factory=dict)
    """What matched bonuses of other calendars made of it, by bonus and period, as lines name them."""
    _above: dict[tuple[str, str], Above] = field(default_factory=dict)

    @property
    def source_id(self) -> str:
        """Who is credited with the order."""
        return self.order.member_id

    @property
    def matched(self) -> list[tuple[str, str]]:
        """The bonuses of other calendars that the run matches, each with the period that it was paid in."""
        facts = self.run.facts
        return [*zip(facts.get("matched_bonuses", ()), facts.get("matched_periods", ()), strict=True)]

    @cached_property
    def window(self) -> dict[str, object]:
        """The parameters that pick the orders that the run counted."""
        return window_of(self.run, self.plan)

    @cached_property
    def earnings(self) -> dict[str, Earning]:
        """What the member earned in the period, by bonus."""
        member_id = self.member.member_id
        found = earnings(self.graph, self.run, [member_id])[member_id]
        return {earning.bonus: earning for earning in found}

    def above(self, tree: str, member_id: str) -> Above:
        """The member and everyone above in a tree."""
        if (tree, member_id) not in self._above:
            walked = in_tree(query("answers/path").fill(depth=DEPTHS[tree]), tree)
            ids = self.graph.value(
                walked, run=self.run.number, member_id=member_id, most=MOST_ANCESTORS + 1
            )  # fmt: skip
            self._above[tree, member_id] = Above(ids, self._told_of)
        return self._above[tree, member_id]

    def _told_of(self, member_ids: list[str]) -> list[Row]:
        filled = query("answers/ancestors").fill(**lists(self.plan, "keeps", "reasons", "figures", "needed"))
        overlays = [dict(overlay.values) for overlay in self.plan.overlays]
        rows = self.graph.read(filled, run=self.run.number, member_ids=member_ids, overlays=overlays)
        found = {row["member_id"]: row for row in rows}
        return [found[member_id] for member_id in member_ids]

    def lines(self, bonus: Bonus, member_ids: list[str]) -> list[Line]:
        """The lines of a bonus that come from some members, or that name them where its rule asks payees."""
        return list(
            lines(
                self.graph,
                self.plan,
                self.run.number,
                self.window,
                bonus,
                "of_members",
                member_ids=member_ids,
            )
        )


def requirements(asked: Asked, bonus: Bonus) -> tuple[tuple[str, str, str, bool], ...]:
    """What a bonus asks of the member (name, required, actual, passes); empty where it asks nothing."""
    if not bonus.requirements:
        return ()
    ladder = [{"requirements": [dict(each.values) for each in bonus.requirements]}]
    card = filled("answers/rank_cards", asked.plan, of_bonus=True, chosen=query("answers/of_members"))
    rows = asked.graph.value(card, run=asked.run.number, member_ids=[asked.member.member_id], ranks=ladder)
    found = []
    for _, _, place, required, actual, passes in rows:
        module = bonus.requirements[place].module
        digits = DIGITS[unit(module)]
        found.append(
            (module.name.replace("_", " "), decimal(required, digits), decimal(actual, digits), passes)
        )
    return tuple(found)
