"""Live figures follow the changes that came since: orders, and what changes members and the trees.

All changes since the last one seen are followed together, in one transaction of about a dozen statements. Who
was touched is asked of the changes. Where those members are, and what they are, is read as it was known after
the last of these changes, so that later ones, and one that is still open, do not matter. What differs from
the standings is written, and each difference of volume once for everyone above.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.composition.measures import frozen, has_legs, main_tree, needs_sponsor_tree, own_figures, trees_of
from engine.composition.trees import DEPTHS, EDGES, ever
from engine.errors import UplineError
from engine.genealogy.changes.writing import BY_MEMBER, FOLLOWED
from engine.graph.database import Ask
from engine.graph.queries import Query, query
from engine.passes.context import window
from engine.period import Period
from engine.plans.plan import Plan
from engine.runs.climbing import add_above

MOST_MEMBERS = 20_000
"""Most members who are looked at again in one transaction; with more, a rebuild is faster."""


class NotFollowedError(UplineError):
    """The changes since cannot be followed: the figures have to be made anew. Nothing of them was written."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What was followed: numbered changes, new orders, and standings with other figures or places."""

    changes: int
    orders: int
    touched: int


@dataclass(slots=True)
class _Differences:
    """What differs between members and their standings; `seeds` are volumes by number of a standing."""

    enrolled: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    recounted: list[str] = field(default_factory=list)
    gone: dict[str, list[int]] = field(default_factory=lambda: {tree: [] for tree in EDGES})
    hung: dict[str, list[list[str | None]]] = field(default_factory=lambda: {tree: [] for tree in EDGES})
    seeds: Counter[int] = field(default_factory=Counter)
    moved: set[str] = field(default_factory=set)


def follow_changes(plan: Plan, period: Period, run: int, ask: Ask) -> Followed:
    """Bring a live run up to date with the company's last change, in the transaction of `ask`.

    Raises NotFollowedError, and EndlessWayError; then the transaction has to be given up.
    """
    locked = ask("live/lock", run=run, followed=list(FOLLOWED), by_member=list(BY_MEMBER))
    if not locked or locked[0]["rebuild"] or not followable(plan):
        raise NotFollowedError("the changes since are not followed", todo="Make the figures anew.")
    seen, cut = locked[0]["seen"], locked[0]["cut"]
    if seen == cut:
        ask("live/seen", run=run, cut=cut, moved=False, altered=False, added=0)
        return Followed(0, 0, 0)
    orders = window(period, plan, cut)
    changed = ask("live/changed", seen=seen, **orders)[0]
    touched: list[str] = ask("live/touched", seen=seen, cut=cut, by_member=list(BY_MEMBER))[0]["member_ids"]
    if len(changed["member_ids"]) + len(touched) > MOST_MEMBERS:
        raise NotFollowedError("so many changes take longer to follow", todo="Make the figures anew.")
    tree = _Tree(plan, period, run, cut, ask, one_tree=locked[0]["one_tree"])
    differences = tree.differences(touched) if touched else _Differences()
    tree.rehang(differences)
    members = list(dict.fromkeys([*changed["member_ids"], *differences.recounted]))
    standings = tree.recount(differences, members, orders)
    standings |= set(add_above(ask, differences.seeds))
    moved = bool(differences.moved)
    altered = moved or bool(differences.copied)
    ask("live/seen", run=run, cut=cut, moved=moved, altered=altered, added=len(differences.enrolled))
    alone = differences.moved - {*members}  # whose place alone is another one
    return Followed(cut - seen, changed["orders"], len(standings) + len(alone))


def followable(plan: Plan) -> bool:
    """Whether live figures of a plan follow changes: no volume is pushed up, one floor decides activity."""
    return plan.push is None and plan.one_floor


def misplaced(plan: Plan, *, one_tree: bool) -> Query:
    """The statement that finds standings which are not those of the members, or not where these are."""
    return query("live/misplaced").fill(places=_places(plan, one_tree=one_tree))


def _places(plan: Plan, *, one_tree: bool) -> Query:
    sponsor: Query | str = "null"
    recruiter: Query | str = "null"
    if needs_sponsor_tree(plan):
        sponsor = query("live/sponsor").fill(types=ever("sponsor"), holds=query("days/held"))
        recruiter = query("live/recruiter")
    return query("live/places").fill(
        facts=query("live/known"),
        types=ever(main_tree(plan, one_tree=one_tree)),
        holds=query("days/held"),
        leg="edge.leg" if has_legs(plan, one_tree=one_tree) else "null",
        sponsor=sponsor,
        recruiter=recruiter,
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """The standings of a live run, in the transaction that brings them up to date with change `cut`."""

    plan: Plan
    period: Period
    run: int
    cut: int
    ask: Ask
    one_tree: bool

    def differences(self, touched: Sequence[str]) -> _Differences:
        """What differs between some members, as they were after the change, and their standings."""
        statement = query("live/rehung").fill(places=_places(self.plan, one_tree=self.one_tree))
        rows = self.ask(
            statement, member_ids=touched, run=self.run, day=self.period.last, known=self.cut
        )[0]["members"]  # fmt: skip
        differing = _Differences()
        copies = bool(frozen(self.plan))
        for member, status, parent, leg, sponsor, *standing in rows:
            status_before, parent_before, leg_before, sponsor_before, number, above, volume = standing
            if number is None:
                differing.enrolled.append(member)
                differing.recounted.append(member)
                differing.moved.add(member)
            elif copies or status != status_before:
                differing.copied.append(member)
                if status != status_before:
                    differing.recounted.append(member)
            if (parent, leg) != (parent_before, leg_before):
                differing.moved.add(member)
                if parent_before is not None:
                    differing.gone["main"].append(number)
                    differing.seeds[above] -= volume
                if parent is not None:
                    differing.hung["main"].append([member, parent, leg])
            if sponsor != sponsor_before:
                differing.moved.add(member)
                if sponsor_before is not None:
                    differing.gone["sponsor"].append(number)
                if sponsor is not None:
                    differing.hung["sponsor"].append([member, sponsor, None])
        return differing

    def rehang(self, differing: _Differences) -> None:
        """Give everybody who differs the standing and the places that the member has."""
        facts = query("live/known")
        known: dict[str, Any] = {"run": self.run, "known": self.cut}
        for tree, numbers in differing.gone.items():
            if numbers:
                unhang = query("live/unhang").replaced("edge:UNDER", f"edge:{EDGES[tree]}")
                self.ask(unhang, standings=numbers)
        if differing.enrolled:
            depths = "".join(f", {DEPTHS[tree]}: 0" for tree in trees_of(self.plan))
            enroll = query("live/enroll").fill(facts=facts, frozen=frozen(self.plan), depths=depths)
            self.ask(enroll, member_ids=differing.enrolled, **known)
        if differing.copied:
            copy = query("live/copy").fill(facts=facts, frozen=frozen(self.plan))
            self.ask(copy, member_ids=differing.copied, **known)
        for tree, rows in differing.hung.items():
            if rows:
                self._hang(differing, tree, rows)

    def _hang(self, differing: _Differences, tree: str, rows: list[list[str | None]]) -> None:
        legs = tree == "main" and has_legs(self.plan, one_tree=self.one_tree)
        hang = query("live/hang").fill(edge=EDGES[tree], leg=" {leg: row[2]}" if legs else "")
        row = self.ask(hang, run=self.run, rows=rows)[0]
        if len(row["above"]) < len(rows):
            raise NotFollowedError("a parent has no standing", todo="Make the figures anew.")
        if tree == "main":
            for above, volume in zip(row["above"], row["volumes"], strict=True):
                differing.seeds[above] += volume

    def recount(self, differing: _Differences, members: Sequence[str], orders: dict[str, object]) -> set[int]:
        """Count the orders of some members again; the numbers of their standings."""
        if not members:
            return set()
        recount = query("live/recount").fill(figures=own_figures(self.plan))
        floor, customers = self.plan.floor, self.plan.customers
        row = self.ask(
            recount, run=self.run, member_ids=members, floor=floor, customers=customers, **orders
        )[0]  # fmt: skip
        for standing, difference in zip(row["standings"], row["differences"], strict=True):
            differing.seeds[standing] += difference
        return set(row["standings"])
