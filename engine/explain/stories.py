"""Stories: how one bonus treated one order, for one member.

The story of a bonus on orders has its lines, level by level (walks.py). The story of a bonus on payees or on
the whole company has the members whose groups or legs the order entered, the figures that the rule's flow
shows of them, and their lines (entries.py). All of it comes from the rules and their headers, so that the
rules of a company are explained in the same way as the engine's own.

A reader who does not reach everybody is told of members within reach only, and of a way up as if it ended at
the reader: whoever is above, the story is the same.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from engine.access.reach import Reach
from engine.answers.lines import Line, lines
from engine.answers.orders import Order
from engine.answers.overlays import Skip
from engine.answers.pay import Earning, earnings
from engine.answers.standings import Standing
from engine.answers.within import ids_in_reach
from engine.composition.overlays import lists
from engine.composition.requirements import DIGITS, card_of, unit
from engine.composition.trees import DEPTHS, in_tree
from engine.graph.database import Graph, Row
from engine.graph.queries import query
from engine.money import decimal
from engine.passes.record import RunRecord
from engine.passes.replay import window_of
from engine.plans.plan import Bonus, Plan

MOST_ANCESTORS = 100_000
"""Most ancestors that one explanation reads: the outer leg of a large binary."""
READ_AT_ONCE = 200
"""Ancestors whose overlays, or whose place within reach, one query reads: hardly any story needs more."""
MOST_ENTRIES = 10
"""Most members above an order in the story of one bonus, nearest first: what fits a screen."""


@dataclass
class Above:
    """A member and everyone above in one tree, nearest first.

    All their ids are known; what overlays say about them is read only as far as a story needs it.
    """

    ids: list[str]
    read: Callable[[list[str]], list[Row]]
    _rows: list[Row] = field(default_factory=list)

    def rows(self, start: int, end: int) -> list[Row]:
        """What overlays say about the places from `start` up to, not including, `end`."""
        while len(self._rows) < min(end, len(self.ids)):
            first = len(self._rows)
            self._rows += self.read(self.ids[first : first + READ_AT_ONCE])
        return self._rows[start:end]

    def beyond(self, place: int) -> "Above":
        """The same path, starting at a place."""
        return Above(self.ids[place:], self.read)


@dataclass(frozen=True, slots=True)
class Step:
    """One line with the ancestors that were skipped to reach its payee."""

    line: Line
    skipped: tuple[Skip, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A member whose group or leg the order entered, `distance` levels above it (None: not at all).

    `through` is the member directly below whose group has the order, `leg` the leg of that one. `figures` are
    those that the rule's flow shows, name and exact text, `shown` the same for people; `lines` are those that
    pay the member, or could have.
    """

    member_id: str
    distance: int | None
    through: str | None
    leg: str | None
    figures: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    shown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class BonusStory:
    """How one bonus treated the order, with the sentence for the member (`verdict`).

    `steps` are the lines of the order whose payee the reader may see; `entries` are the members whose groups
    it entered, and the member, for a bonus that is not paid order by order; `requirements` are those of the
    bonus for the member (name, required, actual, passes); `about` is the purpose of the rule, `plan_says` the
    settings in the plan; `cut` is what caps took from the earning.
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
        """The members in the story who earned something from the order."""
        entered = [entry for entry in self.entries if entry.distance is not None]
        lines = [step.line for step in self.steps] + [line for entry in entered for line in entry.lines]
        return {line.payee_id for line in lines if line.rate and line.payee_id}


@dataclass
class Question:
    """A member, an order and a run to explain, with what several stories read."""

    graph: Graph
    run: RunRecord
    plan: Plan
    order: Order
    member: Standing
    stories: dict[str, BonusStory] = field(default_factory=dict)
    elsewhere: dict[str, BonusStory] = field(default_factory=dict)
    """Stories of matched bonuses of other calendars, by bonus and period, as lines name them."""
    _above: dict[tuple[str, str], Above] = field(default_factory=dict)
    reach: Reach = field(default_factory=lambda: Reach.everything)
    """What the reader may see: sentences name nobody else, and no sum of the whole company."""

    def seen(self, member_ids: Iterable[str | None]) -> set[str]:
        """Those of some members whom the reader is told of."""
        return ids_in_reach(self.graph, self.reach, self.run, member_ids)

    def named(self, member_ids: Iterable[str]) -> str:
        """Members by id as a sentence names them; those beyond reach are others."""
        ids = set(member_ids)
        seen = self.seen(ids)
        return ", ".join([*sorted(seen), *(["others"] if ids - seen else [])])

    @property
    def source_id(self) -> str:
        """The member who is credited with the order."""
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
        paid = earnings(self.graph, Reach.everything, self.run, [member_id])[member_id]
        return {earning.bonus: earning for earning in paid}

    def above(self, tree: str, member_id: str) -> Above:
        """The member and everyone above in a tree, as far as the reader is told of them."""
        if (tree, member_id) not in self._above:
            walked = in_tree(query("answers/path").fill(depth=DEPTHS[tree]), tree)
            ids = self.graph.value(
                walked, run=self.run.number, member_id=member_id, most=MOST_ANCESTORS + 1
            )  # fmt: skip
            self._above[tree, member_id] = Above(self._told(ids), self._overlays_of)
        return self._above[tree, member_id]

    def _told(self, ids: list[str]) -> list[str]:
        """A way up as the reader is told of it: it ends at the reader, or below the first one beyond reach.

        Whoever is further up, and whether anybody is, changes nothing of a story, and no statement.
        """
        if self.reach.all:
            return ids
        viewer = self.reach.viewer.member_id
        if viewer in ids:
            return ids[: ids.index(viewer) + 1]
        for start in range(0, len(ids), READ_AT_ONCE):
            some = ids[start : start + READ_AT_ONCE]
            seen = self.seen(some)
            for place, member_id in enumerate(some, start):
                if member_id not in seen:
                    return ids[:place]
        return ids

    def _overlays_of(self, member_ids: list[str]) -> list[Row]:
        filled = query("answers/ancestors").fill(**lists(self.plan, "keeps", "reasons", "figures", "needed"))
        overlays = [dict(overlay.values) for overlay in self.plan.overlays]
        rows = self.graph.read(filled, run=self.run.number, member_ids=member_ids, overlays=overlays)
        by_member = {row["member_id"]: row for row in rows}
        return [by_member[member_id] for member_id in member_ids]

    def lines(self, bonus: Bonus, member_ids: list[str]) -> list[Line]:
        """The lines of a bonus with some members as sources, or as payees if its rule works on payees."""
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


def requirements(question: Question, bonus: Bonus) -> tuple[tuple[str, str, str, bool], ...]:
    """What a bonus requires of the member (name, required, actual, passes); empty if nothing."""
    return requirements_of(question.graph, question.run, question.plan, bonus, question.member.member_id)


def requirements_of(
    graph: Graph, run: RunRecord, plan: Plan, bonus: Bonus, member_id: str
) -> tuple[tuple[str, str, str, bool], ...]:
    """The same for a member of a run, without a question."""
    if not bonus.requirements:
        return ()
    card, parameters = card_of(plan, bonus.requirements, "of_members")
    rows = graph.value(card, run=run.number, member_ids=[member_id], **parameters)
    figures = []
    for _, _, place, required, actual, passes in rows:
        module = bonus.requirements[place].module
        digits = DIGITS[unit(module)]
        figures.append(
            (module.name.replace("_", " "), decimal(required, digits), decimal(actual, digits), passes)
        )
    return tuple(figures)
