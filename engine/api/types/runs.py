# mypy: allow-untyped-calls
"""Types for runs: a finished computation with its totals, checks, hashes, compressed trees and transfers."""

import time
from fractions import Fraction
from typing import Any

from graphene import (
    ID,
    Date,
    DateTime,
    Field,
    Int,
    List,
    NonNull,
    ObjectType,
    ResolveInfo,
    String,
)

from engine.answers import export
from engine.answers.pages import Page, empty
from engine.answers.standings import Standing, roots
from engine.answers.transfers import Transfer, transfer_page
from engine.api.context import Context
from engine.api.types.figures import EXACT, cash, exactly, volume
from engine.api.types.pages import connection, key_of, paged, size, uncounted
from engine.api.types.scalars import Decimal, Money, RunTree
from engine.api.types.transfers import TransferConnection, moves
from engine.graph.database import Row
from engine.passes import checks
from engine.passes.record import RunRecord

# A type of engine/api/types/people.py by name: that module imports this one.
STANDINGS = "engine.api.types.people.StandingConnection"


class Unpaid(ObjectType):
    """What a bonus did not pay for one reason."""

    reason = String(
        required=True,
        description="Such as no_upline (nobody is left above), inactive, rank (no rate at it), lower_rate.",
    )
    exact = String(required=True, description=EXACT)


class BonusTotal(ObjectType):
    """What one bonus comes to in a run."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    kind = String(required=True, description="The rule that computes it, such as unilevel.")
    payees = Int(required=True, description="How many members it pays.")
    lines = Int(required=True, description="How many lines it pays.")
    paid = Field(NonNull(Money), description="What is paid, rounded as the plan says, after caps.")
    cut = Field(NonNull(Money), description="What the plan's caps took.")
    paid_exact = String(required=True, description=EXACT)
    breakage_exact = String(required=True, description="What the plan offered and nobody earned. " + EXACT)
    unpaid = List(
        NonNull(Unpaid), required=True, description="The breakage by reason, as many as the rule has."
    )


class Run(ObjectType):
    """One finished computation of a period by a plan. Its figures never change; a newer run replaces it."""

    number = Int(required=True, description="The run's number; a newer run has a higher one.")
    run_id = ID(
        required=True, description="Made of the period and the plan's contents: the same input, the same id."
    )
    period = String(required=True, description="The period, such as 2026-11.")
    first_day = Date(required=True, description="The period's first day.")
    last_day = Date(required=True, description="The period's last day, on which the trees were taken.")
    plan = String(required=True, description="The plan's name.")
    plan_version = String(required=True, description="The plan's version.")
    currency = String(required=True, description="The currency of all money in this run.")
    started_at = DateTime(required=True, description="When computing began (UTC).")
    finished_at = DateTime(required=True, description="When the figures were complete (UTC).")
    age = Int(required=True, description="Seconds since then: how old the figures are.")
    members = Int(required=True, description="How many standings the run has.")
    depth = Int(required=True, description="How many levels the tree has.")
    ranks = List(NonNull(String), required=True, description='The names of the plan\'s ranks from "none" up.')
    bonuses = List(NonNull(BonusTotal), required=True, description="Totals by bonus, in the plan's order.")
    notes = List(NonNull(String), required=True, description="What an operator should know of this run.")
    results_hash = String(
        required=True, description="A hash over all results: the same input gives the same hash."
    )
    hashes = Field(NonNull(lambda: RunHashes), description="What went in and what came out, hashed.")
    checks = List(
        NonNull(lambda: Check),
        required=True,
        description="What every run is checked for before it counts, asked again now if `violations` is.",
    )
    overlays = List(
        NonNull(lambda: Overlay), required=True, description="The compressed trees, in the plan's order."
    )
    pushed_volume = Decimal(description="Volume that push-up moved; null where the plan moves none.")
    volume_without_receiver = Decimal(
        description="Volume that push-up found no receiver for, and left; null where the plan moves none."
    )
    transfers = NonNull(
        TransferConnection,
        **paged("transfers"),
        description="What push-up moved, and what found no receiver, by the member that it left.",
    )
    roots = NonNull(
        STANDINGS,
        **paged("standings"),
        description="Those whom nobody stands above: where a tree view begins.",
    )

    @staticmethod
    def resolve_first_day(root: RunRecord, _info: ResolveInfo) -> Any:
        """Of the run's record."""
        return root.facts["first_day"].to_native()

    @staticmethod
    def resolve_last_day(root: RunRecord, _info: ResolveInfo) -> Any:
        """Of the run's record."""
        return root.facts["last_day"].to_native()

    @staticmethod
    def resolve_currency(root: RunRecord, _info: ResolveInfo) -> str:
        """Of the run's record."""
        return str(root.facts["currency"])

    @staticmethod
    def resolve_age(root: RunRecord, _info: ResolveInfo) -> int:
        """By this server's clock."""
        return max(0, int(time.time() - root.finished_at.timestamp())) if root.finished_at else 0

    @staticmethod
    def resolve_members(root: RunRecord, _info: ResolveInfo) -> int:
        """Of the run's record."""
        return int(root.facts["members"])

    @staticmethod
    def resolve_depth(root: RunRecord, _info: ResolveInfo) -> int:
        """Of the run's record."""
        return int(root.facts["depth"])

    @staticmethod
    def resolve_ranks(root: RunRecord, _info: ResolveInfo) -> list[str]:
        """Of the run's record."""
        return list(root.facts["ranks"])

    @staticmethod
    def resolve_results_hash(root: RunRecord, _info: ResolveInfo) -> str:
        """Of the run's record."""
        return str(root.facts["results_hash"])

    @staticmethod
    def resolve_hashes(root: RunRecord, _info: ResolveInfo) -> dict[str, str | None]:
        """Of the run's record."""
        found: dict[str, str | None] = {"matched": None}
        return found | export.hashes(root)

    @staticmethod
    def resolve_checks(root: RunRecord, _info: ResolveInfo) -> list[dict[str, Any]]:
        """Every check by name; violations are asked only if they are wanted."""
        return [
            {
                "run": root.number,
                "check": check,
                "name": check.name.removeprefix("checks/"),
                "says": check.purpose,
            }
            for check in checks.every()
        ]

    @staticmethod
    def resolve_overlays(root: RunRecord, _info: ResolveInfo) -> list[dict[str, str]]:
        """Of the run's record."""
        pairs = zip(root.facts["overlays"], root.facts["overlay_trees"], strict=True)
        return [{"name": name, "tree": tree} for name, tree in pairs]

    @staticmethod
    def resolve_pushed_volume(root: RunRecord, _info: ResolveInfo) -> str | None:
        """Of the run's record."""
        return volume(root.facts["pushed_volume"]) if moves(root) else None

    @staticmethod
    def resolve_volume_without_receiver(root: RunRecord, _info: ResolveInfo) -> str | None:
        """Of the run's record."""
        return volume(root.facts["volume_without_receiver"]) if moves(root) else None

    @staticmethod
    async def resolve_transfers(
        root: RunRecord, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[Transfer]:
        """A page by the giver's id; without a query where the plan moves nothing."""
        context: Context = info.context
        start = key_of(after)
        if not moves(root):
            return empty(start)
        found = await context.ask(transfer_page, context.graph, root, size(first), start)
        return uncounted(found, lambda: context.transfer_totals.load(root.number))

    @staticmethod
    def resolve_bonuses(root: RunRecord, _info: ResolveInfo) -> list[dict[str, Any]]:
        """Totals with their units written out."""
        return [_total(total, root) for total in root.totals]

    @staticmethod
    async def resolve_roots(
        root: RunRecord, info: ResolveInfo, first: int, after: str | None = None
    ) -> Page[Standing]:
        """A page of roots."""
        context: Context = info.context
        return await context.ask(roots, context.graph, root, size(first), key_of(after))


class RunHashes(ObjectType):
    """Hashes of a run's input and output: equal hashes, equal bytes."""

    plan = String(required=True, description="Of the plan file.")
    rules = String(required=True, description="Of the rule modules that the plan uses.")
    tree = String(required=True, description="Of the trees as of the period's last day.")
    orders = String(required=True, description="Of the orders that the run counted.")
    matched = String(
        description="Of what other calendars' periods paid, where bonuses of this run match that; else null."
    )
    results = String(required=True, description="Of all figures that came out.")


class Violation(ObjectType):
    """Something that a check finds wrong: no complete run has any, unless somebody changed it since."""

    where = String(required=True, description="The member, bonus or figure.")
    expected = String(description="What should be.")
    actual = String(description="What is.")


class Check(ObjectType):
    """One thing that must hold in a run."""

    name = String(required=True, description="The check's name.")
    says = String(required=True, description="What must hold.")
    violations = List(
        NonNull(Violation),
        required=True,
        description="What is wrong now, at most ten; it reads the whole run, so large runs may be too slow.",
    )

    @staticmethod
    async def resolve_violations(root: dict[str, Any], info: ResolveInfo) -> list[dict[str, Any]]:
        """One query for each check that somebody asks for."""
        context: Context = info.context
        found = await context.ask(checks.violations_of, context.graph, root["run"], root["check"])
        return [
            {"where": each.where, "expected": _text(each.expected), "actual": _text(each.actual)}
            for each in found
        ]


class Overlay(ObjectType):
    """A compressed tree of a run, beside the real one."""

    name = String(required=True, description="Its name, for `compressed`: the rule, and its level or rank.")
    tree = RunTree(required=True, description="The tree that is compressed.")


RunConnection: type[ObjectType] = connection(
    "Run", lambda: Run, "Complete runs, newest first, a page at a time."
)


def _text(figure: object) -> str | None:
    return None if figure is None else str(figure)


def _total(total: Row, run: RunRecord) -> dict[str, Any]:
    def exact(units: int) -> str:
        return exactly(Fraction(units * total["unit"], total["parts"]), run)

    reasons = zip(total["reasons"], total["unpaid"], strict=True)
    return {
        **{key: total[key] for key in ("bonus", "kind", "payees", "lines")},
        "paid": cash(total["paid"], run.facts["currency"]),
        "cut": cash(total.get("cut", 0), run.facts["currency"]),
        "paid_exact": exact(total["paid_exact"]),
        "breakage_exact": exact(total["breakage"]),
        "unpaid": [{"reason": reason, "exact": exact(units)} for reason, units in reasons],
    }
