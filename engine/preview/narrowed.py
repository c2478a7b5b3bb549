"""A period worked out anew for those affected alone, on the standings of its result.

It happens within a transaction that is rolled back. The standings of the result are put where the operation
puts their members; those above and below get a number of their own for as long as the stages of a run work on
them, which read everybody else as the result has them. Bonuses that walk up from their sources are asked
for the sources below whatever has changed, before and after, and the difference is added to what was paid.
"""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from engine.composition import bonuses
from engine.composition.measures import copied, has_legs, late, main_tree, needed, trees_of
from engine.composition.trees import DEPTHS, EDGES, of_any_day
from engine.genealogy.stored import in_lookups
from engine.graph.database import Graph
from engine.graph.queries import Query, query
from engine.passes.context import Work
from engine.passes.intervals import LegsByStanding
from engine.passes.levels import count_widths
from engine.passes.record import RunRecord
from engine.plans.plan import Bonus
from engine.preview.figures import Figures
from engine.stages import activity, compression, ranks, standings, volumes
from engine.stages.bonuses import flows

Paid = dict[str, tuple[int, int, int]]
"""By payee: the exact sum, the sum of lines rounded one by one, and how many lines."""
Facts = dict[str, dict[str, Any]]
"""Everything that standings have, by member."""
OF_RANKS = ("lifetime_rank", "past_ranks", "volumes_after", "best_ranks", "kept_rank", "earlier_ranks")
OF_OVERRIDES = ("waived", "exempt", "forced_rank", "floor")
"""Figures of a standing that a run sets for some members only."""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The figures of those affected, before and after, and the bonuses that were left out."""

    before: dict[str, Figures]
    after: dict[str, Figures]
    left_out: tuple[str, ...]


@dataclass(slots=True)
class Narrowing:
    """One period under work: `stored` reads the result as it is, the graph of `work` is the transaction."""

    stored: Graph
    run: RunRecord
    work: Work
    left_out: list[Bonus]
    moved: set[str] = field(default_factory=set)
    """Whoever is in another place of some tree, with everybody below."""
    heads: set[str] = field(default_factory=set)
    """Whoever was put into another place, or has another status."""

    @property
    def trees(self) -> tuple[str, ...]:
        """The trees of the run."""
        return trees_of(self.work.plan)

    def put(self, member_ids: Sequence[str]) -> set[str]:
        """Put standings where the company has their members now; returns where whatever changes begins."""
        starts: set[str] = set()
        plan, one_tree = self.work.plan, self.work.one_tree
        for tree in self.trees:
            of = main_tree(plan, one_tree=one_tree) if tree == "main" else "sponsor"
            places = query("preview/places").fill(edge=of_any_day(of), under=EDGES[tree])
            legged = tree == "main" and has_legs(plan, one_tree=one_tree)
            rows, statuses = [], []
            found = self._rows(places, member_ids, day=self.work.period.last)
            for member, above, now, parent, leg, was, status in found:
                if was != status and tree == "main":
                    statuses.append({"member_id": member, "facts": {"status": status}})
                    starts.add(member)
                place = (parent, leg if legged else None)
                if (above, now) != place:
                    rows.append({"member_id": member, "parent_id": parent, "leg": place[1]})
                    starts |= {each for each in (member, above, parent) if each is not None}
            self._set(statuses)
            self.heads |= {row["member_id"] for row in rows}
            if rows:
                self.work.graph.write(
                    query("preview/hang").replaced(":UNDER]", f":{EDGES[tree]}]"),
                    rows=rows,
                    run=self.run.number,
                )
                self._level(tree, [row["member_id"] for row in rows])
        return starts

    def _level(self, tree: str, heads: list[str]) -> None:
        """Give everybody below those who moved their levels in a tree."""
        above = self.below(tree, heads)
        self.moved |= above.keys()
        outside = {parent for parent in above.values() if parent is not None} - above.keys()
        levels = {each: facts[DEPTHS[tree]] for each, facts in self.facts(self.work.graph, outside).items()}
        rows = []
        for start in above:
            path = []
            at: str | None = start
            while at is not None and at not in levels:
                path.append(at)
                at = above[at]
            level = -1 if at is None else levels[at]
            for each in reversed(path):
                level += 1
                levels[each] = level
                rows.append({"member_id": each, "facts": {DEPTHS[tree]: level}})
        self._set(rows)

    def _set(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            self.work.graph.write("preview/set_facts", run=self.run.number, rows=list(rows))

    def below(self, tree: str, member_ids: Iterable[str]) -> dict[str, str | None]:
        """Some members and everybody below them in a tree, each with the one directly above."""
        return dict(self._rows(query("preview/group").fill(under=EDGES[tree]), sorted(member_ids)))

    def above(self, member_ids: Iterable[str]) -> set[str]:
        """Some members, and everybody above them in either tree, or above those, and so on."""
        reached, new = set[str](), set(member_ids)
        while new:
            found: set[str] = set()
            for tree in self.trees:
                statement = query("preview/above").fill(under=EDGES[tree])
                found |= set(self._rows(statement, sorted(new)))
            reached |= new
            new = found - reached
            if len(self.trees) == 1:
                return reached | new
        return reached

    def facts(self, graph: Graph, member_ids: Iterable[str]) -> Facts:
        """Everything that some standings have."""
        return dict(self._rows(query("preview/facts"), sorted(member_ids), graph))

    def _rows(
        self, statement: Query, ids: Sequence[str], graph: Graph | None = None, **parameters: object
    ) -> list[Any]:
        """The rows of a statement for some members of the run."""
        read = (graph or self.work.graph).value
        portions = in_lookups(ids)
        return [
            row for ids in portions for row in read(statement, run=self.run.number, ids=ids, **parameters)
        ]

    def number(self, member_ids: Iterable[str], *, apart: bool) -> None:
        """Give standings the number of the run that works on them, or that of the result back."""
        numbers = [self.run.number, self.work.run]
        start, to = numbers if apart else reversed(numbers)
        for portion in in_lookups(sorted(member_ids)):
            self.work.graph.write("preview/renumber", **{"from": start}, to=to, ids=portion)

    def figures(self, affected: set[str]) -> None:
        """Work out the volumes and ranks of those affected."""
        work, plan = self.work, self.work.plan
        kept = {bonus.name for bonus in self.left_out}
        own = [bonus for bonus in plan.due(work.period.calendar) if bonus.name not in kept]
        marks = [bonus.meets or bonus.state for bonus in plan.bonuses if bonus.requirements]
        measured = [name for name in needed(plan) if not copied(name)]
        names = [*OF_RANKS, *OF_OVERRIDES, *measured, *marks, *(bonus.state for bonus in own if bonus.flow)]
        self.number(affected, apart=True)
        work.graph.write("preview/reset", run=work.run, names=names)
        count_widths(work, self.trees)
        standings.count_again(work)
        activity.settle(work)
        volumes.roll_up(work)
        ranks.remember(work)
        ranks.qualify(work)
        ranks.mark_payees(work)
        work.findings["legs with recruits"] = {name: self.sponsored_legs() for name in late(plan)}
        ranks.measure_ranks(work)
        for bonus in own:
            flows.compute(work, bonus)
        if plan.overlays:
            compression.decide(work)
        self.number(affected, apart=False)

    def sponsored_legs(self) -> LegsByStanding:
        """The legs of those affected that hold somebody active whom they sponsor in person."""
        row = self.work.graph.read(
            "preview/sponsored_legs", run=self.run.number, apart=self.work.run, day=self.work.period.last
        )[0]
        return row["standings"], row["legs"]

    def compress(self, heads: set[str]) -> None:
        """Compress those below whoever moved, or keeps another place in a compressed tree."""
        if not self.work.plan.overlays or not heads:
            return
        below = {each for tree in self.trees for each in self.below(tree, heads)}
        self.number(below, apart=True)
        self.work.graph.write("preview/decompress", run=self.work.run)
        count_widths(self.work, self.trees)
        compression.compress(self.work)
        self.number(below, apart=False)

    def pay(
        self, bonus: Bonus, affected: set[str], changed: Mapping[str, set[str]], earned: "Earned"
    ) -> None:
        """Work out what a bonus pays."""
        plan = self.work.plan
        asked = bonuses.paid_query(plan, bonus)
        statement, parameters = bonuses.taking(asked, plan, bonus, self.work.window)
        if bonus.module.scope == "payee":
            before: Paid = {each: earned.exact(each, bonus.name) for each in affected}
            after = self._asked(self.work.graph, statement, parameters, affected)
        else:
            words = set(re.findall(r"\w+", f"{statement.text} {parameters} {bonus.rule}"))
            words |= {name for name, _ in bonus.module.needs}  # which a rule may put together of pieces
            heads = {member for member, names in changed.items() if names & words}
            sources = self.moved | self.below(bonus.tree, heads | self.heads).keys()
            before = self._asked(self.stored, statement, parameters, sources)
            after = self._asked(self.work.graph, statement, parameters, sources)
        earned.replace(self, bonus, before, after)

    def earned(self, member_ids: Iterable[str]) -> list[Any]:
        """What members earned in the result: member, bonus, minor units, exact sum, lines."""
        return self._rows(query("preview/earned"), sorted(member_ids), self.stored)

    def _asked(
        self, graph: Graph, statement: Query, parameters: Mapping[str, object], member_ids: Iterable[str]
    ) -> Paid:
        paid: Paid = {}
        for portion in in_lookups(sorted(member_ids)):
            rows = graph.value(statement, run=self.run.number, member_ids=portion, **parameters)
            for member, *sums in rows:
                so_far = paid.get(member, (0, 0, 0))
                paid[member] = (so_far[0] + sums[0], so_far[1] + sums[1], so_far[2] + sums[2])
        return paid

    def amounts(self, bonus: Bonus, paid: Paid) -> dict[str, int]:
        """What sums of a bonus come to in minor units, by the plan's rounding."""
        work = self.work
        rows = [[member, exact, amount] for member, (exact, amount, _) in paid.items()]
        rounded = query("preview/rounded").fill(total_amount=bonuses.total_amount(work.plan.money))
        statement, parameters = bonuses.taking(rounded, work.plan, bonus, work.window, rows=rows)
        return dict(work.graph.value(statement, **parameters))


@dataclass(slots=True)
class Earned:
    """What members earned by bonus in the result, and what they would earn."""

    stored: dict[str, dict[str, tuple[int, int, int]]]
    """By member and bonus: in minor units, exactly, and lines."""
    now: dict[str, dict[str, int]]

    def exact(self, member: str, bonus: str) -> tuple[int, int, int]:
        """The exact sum, the amount and the lines of a member's earning; noughts for none."""
        amount, exact, lines = self.stored.get(member, {}).get(bonus, (0, 0, 0))
        return (exact, amount, lines)

    def replace(self, narrowing: Narrowing, bonus: Bonus, before: Paid, after: Paid) -> None:
        """Add the difference between two sums to what is stored."""
        payees = {each for each in before.keys() | after.keys() if before.get(each) != after.get(each)}
        self.read(narrowing, payees)
        sums: Paid = {}
        for each in payees:
            old, less, more = (
                self.exact(each, bonus.name), before.get(each, (0, 0, 0)), after.get(each, (0, 0, 0)),
            )  # fmt: skip
            exact, amount, lines = (a - b + c for a, b, c in zip(old, less, more, strict=True))
            self.now[each].pop(bonus.name, None)
            if lines > 0:
                sums[each] = (exact, amount, lines)
        for each, amount in narrowing.amounts(bonus, sums).items():
            self.now[each][bonus.name] = amount

    def read(self, narrowing: Narrowing, member_ids: Set[str]) -> None:
        """Read what some members earned in the result, of whom it is not known yet."""
        new = member_ids - self.stored.keys()
        for each in new:
            self.stored[each], self.now[each] = {}, {}
        for member, bonus, amount, exact, lines in narrowing.earned(new):
            self.stored[member][bonus] = (amount, exact, lines)
            self.now[member][bonus] = amount


def narrow(narrowing: Narrowing, member_ids: Sequence[str], earlier: set[str]) -> tuple[Narrowed, set[str]]:
    """The figures of those whom an operation on some members affects, and who they are.

    `earlier` are those whose figures of an earlier period have changed. What is worked out stays on the
    standings of the result until the transaction is rolled back, so later periods rest on it.
    """
    plan = narrowing.work.plan
    affected = narrowing.above(narrowing.put(member_ids) | earlier)
    before = narrowing.facts(narrowing.stored, affected)
    affected &= before.keys()
    if affected:
        narrowing.figures(affected)
    after = narrowing.facts(narrowing.work.graph, affected)
    changed = {member: _different(facts, after[member]) for member, facts in before.items()}
    narrowing.compress(narrowing.heads | {member for member, names in changed.items() if "keeps" in names})
    earned = Earned({}, {})
    earned.read(narrowing, affected)
    left = {bonus.name for bonus in narrowing.left_out}
    for bonus in plan.due(narrowing.work.period.calendar):
        if bonus.name not in left and not bonus.outside:
            narrowing.pay(bonus, affected, changed, earned)
    others = narrowing.facts(narrowing.stored, earned.now.keys() - affected)
    then = {
        member: {bonus: amount for bonus, (amount, _, _) in of_member.items()}
        for member, of_member in earned.stored.items()
    }  # fmt: skip
    ranks_named = narrowing.run.facts["ranks"]
    figures = [
        {member: _figures(facts, ranks_named, paid.get(member, {}), left) for member, facts in side.items()}
        for side, paid in ((before | others, then), (after | others, earned.now))
    ]
    return Narrowed(figures[0], figures[1], tuple(bonus.name for bonus in narrowing.left_out)), affected


def _different(before: Mapping[str, Any], after: Mapping[str, Any]) -> set[str]:
    """The names of what a standing has that differs."""
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _figures(
    facts: Mapping[str, Any], names: Sequence[str], earned: Mapping[str, int], left_out: set[str]
) -> Figures:
    active = facts.get("active")
    return Figures(
        facts["personal_volume"], facts["group_volume"], True if active is None else active,
        names[facts["qualified_rank"]], names[facts["rank"]],
        {bonus: amount for bonus, amount in sorted(earned.items()) if bonus not in left_out},
    )  # fmt: skip
