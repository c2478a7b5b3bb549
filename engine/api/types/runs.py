# mypy: allow-untyped-calls
"""Types for runs: a finished computation with its totals, checks, hashes, compressed trees and transfers."""

import time
from collections.abc import Mapping
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
from engine.answers.standings import Standing, roots
from engine.answers.transfers import Transfer, transfer_page
from engine.api.context import Context
from engine.api.types.corrections import (
    CorrectedBonus,
    CorrectionConnection,
    corrected_bonus,
    corrections_page,
    paged_corrections,
)
from engine.api.types.figures import EXACT, cash, volume
from engine.api.types.nodes import Node, global_id
from engine.api.types.pages import Listing, SealedPage, connection, paged
from engine.api.types.scalars import Decimal, Money, RunTree, money_of
from engine.api.types.transfers import TransferConnection, moves
from engine.money import Currency
from engine.passes import checks
from engine.passes.record import RunRecord

# A type of engine/api/types/people.py by name: that module imports this one.
STANDINGS = "engine.api.types.people.StandingConnection"


class Unpaid(ObjectType):
    """The part of a bonus that was not paid, for one reason."""

    reason = String(
        required=True,
        description="For example no_upline (nobody is left above), inactive, rank (no rate), lower_rate.",
    )
    exact = String(required=True, description=EXACT)


class BonusTotal(ObjectType):
    """The totals of one bonus in a run."""

    bonus = String(required=True, description="The bonus's name in the plan.")
    kind = String(required=True, description="The rule that computes it, such as unilevel.")
    payees = Int(required=True, description="Number of members it pays.")
    lines = Int(required=True, description="Number of lines that pay.")
    paid = Field(NonNull(Money), description="The amount paid, rounded as the plan says, after caps.")
    cut = Field(NonNull(Money), description="The amount that the plan's caps took.")
    paid_exact = String(required=True, description=EXACT)
    breakage_exact = String(required=True, description="What the plan offers and nobody earned. " + EXACT)
    unpaid = List(NonNull(Unpaid), required=True, description="The breakage by reason.")


class Run(ObjectType):
    """One finished computation of a period by a plan. Its figures never change; a newer run replaces it."""

    class Meta:
        """A node."""

        interfaces = (Node,)

    number = Int(required=True, description="The run's number; newer runs have higher numbers.")
    run_id = ID(
        required=True,
        description="Made from the period, the plan and its rules: the same input gives the same id.",
    )
    period = String(required=True, description="The period, such as 2026-11.")
    first_day = Date(required=True, description="The period's first day.")
    last_day = Date(
        required=True, description="The period's last day; the trees are those of the end of this day."
    )
    plan = String(required=True, description="The plan's name.")
    plan_version = String(required=True, description="The plan's version.")
    currency = String(required=True, description="The currency of all money in this run.")
    started_at = DateTime(required=True, description="When computing began (UTC).")
    finished_at = DateTime(required=True, description="When the figures were complete (UTC).")
    committed_at = DateTime(
        description="Since when it is committed (UTC): the result of its period for good. Null if it is not."
    )
    age = Int(required=True, description="Seconds since the figures were complete.")
    members = Int(required=True, description="Number of standings in the run.")
    depth = Int(required=True, description="Number of levels of the tree.")
    ranks = List(
        NonNull(String), required=True, description='The names of the plan\'s ranks, from "none" up.'
    )
    bonuses = List(NonNull(BonusTotal), required=True, description="Totals by bonus, in the plan's order.")
    corrected = money_of(
        "corrected",
        "All corrections of closed periods together; below 0 the run takes back more than it "
        "pays later. What is due is what the bonuses pay, and this.",
    )
    corrected_bonuses = List(
        NonNull(CorrectedBonus),
        required=True,
        description="Corrections of closed periods by period and bonus, in the order of their plan.",
    )
    corrections = Field(
        CorrectionConnection,
        **paged_corrections(),
        description="What the run takes back, or pays later, of closed periods because orders were returned, "
        "sorted by member, run and bonus.",
    )
    notes = List(
        NonNull(String),
        required=True,
        description="Remarks on this run, for example that an earlier period is missing.",
    )
    results_hash = String(
        required=True, description="A hash of all results: the same input gives the same hash."
    )
    content_hash = String(
        description="The hash of the archived content: the same company gives the same one on another "
        "machine. Null if the run is not committed, or not archived."
    )
    orders = Field(
        lambda: RunOrders,
        description="What became of the period's orders, in numbers; null for a run of an earlier release.",
    )
    hashes = Field(NonNull(lambda: RunHashes), description="Hashes of the input and the output.")
    checks = List(
        NonNull(lambda: Check),
        required=True,
        description="The checks that every run passes before it counts; `violations` runs a check again.",
    )
    overlays = List(
        NonNull(lambda: Overlay),
        required=True,
        description="The run's compressed trees, in the plan's order.",
    )
    pushed_volume = Decimal(description="Volume that push-up moved; null if the plan has no push-up.")
    volume_without_receiver = Decimal(
        description="Volume that stayed because push-up found no receiver; null if the plan has no push-up."
    )
    transfers = Field(
        TransferConnection,
        **paged("transfers"),
        description="What push-up moved, or found no receiver for, sorted by the member it came from.",
    )
    roots = Field(
        STANDINGS,
        **paged("standings"),
        description="The standings with nobody above: the top of a tree view.",
    )

    @staticmethod
    def resolve_id(root: RunRecord, _info: ResolveInfo) -> str:
        """By the run's number."""
        return global_id("Run", root.number)

    @staticmethod
    def resolve_first_day(root: RunRecord, _info: ResolveInfo) -> Any:
        """From the run's record."""
        return root.facts["first_day"].to_native()

    @staticmethod
    def resolve_last_day(root: RunRecord, _info: ResolveInfo) -> Any:
        """From the run's record."""
        return root.facts["last_day"].to_native()

    @staticmethod
    def resolve_committed_at(root: RunRecord, _info: ResolveInfo) -> Any:
        """From the run's record."""
        at = root.facts.get("committed_at")
        return at.to_native() if at else None

    @staticmethod
    def resolve_corrected_bonuses(root: RunRecord, _info: ResolveInfo) -> list[dict[str, Any]]:
        """From the run's record."""
        return [corrected_bonus(each, root) for each in root.corrections]

    @staticmethod
    async def resolve_corrections(root: RunRecord, info: ResolveInfo, **arguments: Any) -> SealedPage[Any]:
        """A page of them; no query if there are none."""
        return await corrections_page(root, info, arguments)

    @staticmethod
    def resolve_currency(root: RunRecord, _info: ResolveInfo) -> str:
        """From the run's record."""
        return str(root.facts["currency"])

    @staticmethod
    def resolve_age(root: RunRecord, _info: ResolveInfo) -> int:
        """By this server's clock."""
        return max(0, int(time.time() - root.finished_at.timestamp())) if root.finished_at else 0

    @staticmethod
    def resolve_members(root: RunRecord, _info: ResolveInfo) -> int:
        """From the run's record."""
        return int(root.facts["members"])

    @staticmethod
    def resolve_depth(root: RunRecord, _info: ResolveInfo) -> int:
        """From the run's record."""
        return int(root.facts["depth"])

    @staticmethod
    def resolve_ranks(root: RunRecord, _info: ResolveInfo) -> list[str]:
        """From the run's record."""
        return list(root.facts["ranks"])

    @staticmethod
    def resolve_results_hash(root: RunRecord, _info: ResolveInfo) -> str:
        """From the run's record."""
        return str(root.facts["results_hash"])

    @staticmethod
    def resolve_content_hash(root: RunRecord, _info: ResolveInfo) -> str | None:
        """From the run's record."""
        return root.facts.get("content_hash")

    @staticmethod
    def resolve_orders(root: RunRecord, _info: ResolveInfo) -> dict[str, int] | None:
        """Of the run's record."""
        return export.orders(root)

    @staticmethod
    def resolve_hashes(root: RunRecord, _info: ResolveInfo) -> dict[str, str | None]:
        """From the run's record."""
        hashes: dict[str, str | None] = {"openings": None, "outside": None, "matched": None, "carry": None}
        return hashes | export.hashes(root)

    @staticmethod
    def resolve_checks(root: RunRecord, _info: ResolveInfo) -> list[dict[str, Any]]:
        """Every check by name; violations are read only if the client requests them."""
        return [
            {
                "run": root.number,
                "check": check,
                "name": check.name.removeprefix("checks/"),
                "says": check.purpose,
            }
            for check in checks.every(corrects=root.corrects)
        ]

    @staticmethod
    def resolve_overlays(root: RunRecord, _info: ResolveInfo) -> list[dict[str, str]]:
        """From the run's record."""
        pairs = zip(root.facts["overlays"], root.facts["overlay_trees"], strict=True)
        return [{"name": name, "tree": tree} for name, tree in pairs]

    @staticmethod
    def resolve_pushed_volume(root: RunRecord, _info: ResolveInfo) -> str | None:
        """From the run's record."""
        return volume(root.facts["pushed_volume"]) if moves(root) else None

    @staticmethod
    def resolve_volume_without_receiver(root: RunRecord, _info: ResolveInfo) -> str | None:
        """From the run's record."""
        return volume(root.facts["volume_without_receiver"]) if moves(root) else None

    @staticmethod
    async def resolve_transfers(root: RunRecord, info: ResolveInfo, **paging: Any) -> SealedPage[Transfer]:
        """A page by the id of the member whose volume moved; no query if the plan moves nothing."""
        context: Context = info.context
        listing = Listing(info, paging, root.number)
        if not moves(root):
            return listing.shown(None)
        page = await context.read(transfer_page, root, listing.stretch)
        return listing.shown(page, lambda: context.transfer_totals.load(root.number))

    @staticmethod
    def resolve_bonuses(root: RunRecord, _info: ResolveInfo) -> list[dict[str, Any]]:
        """Totals with their units written out."""
        return [shown_total(total, root.cash) for total in root.totals]

    @staticmethod
    async def resolve_roots(root: RunRecord, info: ResolveInfo, **paging: Any) -> SealedPage[Standing]:
        """A page of roots."""
        context: Context = info.context
        listing = Listing(info, paging, root.number)
        return listing.shown(await context.read(roots, root, listing.stretch))


class RunOrders(ObjectType):
    """What became of every order of a run's period: the last three numbers make the first."""

    in_period = Int(required=True, description="Orders of the period that the company had by then.")
    counted = Int(required=True, description="Orders that count for a member.")
    of_excluded_kinds = Int(required=True, description="Orders of kinds that the plan excludes.")
    before_enrolment = Int(
        required=True, description="Orders of members who enrolled after the period: they count for nobody."
    )


class RunHashes(ObjectType):
    """Hashes of a run's input and output: equal hashes mean equal contents."""

    plan = String(required=True, description="Hash of the plan file.")
    rules = String(required=True, description="Hash of the rule modules that the plan uses.")
    tree = String(required=True, description="Hash of the trees as of the period's last day.")
    orders = String(required=True, description="Hash of the orders that the run counted.")
    openings = String(description="Hash of the opening balances, if this run carries from any; else null.")
    outside = String(description="Hash of earnings from elsewhere, if the plan uses any; else null.")
    matched = String(
        description="Hash of what periods of other calendars paid, if this run matches it; otherwise null."
    )
    carry = String(
        description="Hash of what the next period carries, such as legs; null of a run of an earlier release."
    )
    results = String(required=True, description="Hash of all results, and of what the next period carries.")


class Violation(ObjectType):
    """Something that a check finds wrong. A complete run has none unless it was changed afterwards."""

    where = String(required=True, description="The member, bonus or figure.")
    expected = String(description="The figure that should be there.")
    actual = String(description="The figure that is there.")


class Check(ObjectType):
    """A condition that every run must meet."""

    name = String(required=True, description="The check's name.")
    says = String(required=True, description="The condition in words.")
    violations = List(
        NonNull(Violation),
        description="What is wrong now, at most ten. This reads the whole run, which may take too long.",
    )

    @staticmethod
    async def resolve_violations(root: dict[str, Any], info: ResolveInfo) -> list[dict[str, Any]]:
        """One query for each check that the client selects."""
        context: Context = info.context
        violations = await context.ask(checks.violations_of, context.graph, root["run"], root["check"])
        return [
            {"where": each.where, "expected": _text(each.expected), "actual": _text(each.actual)}
            for each in violations
        ]


class Overlay(ObjectType):
    """A compressed tree of a run, in addition to its real trees."""

    name = String(
        required=True, description="The name to pass to `compressed`: the rule, and its level or rank."
    )
    tree = RunTree(required=True, description="The tree that is compressed.")


RunConnection: type[ObjectType] = connection(
    "Run", lambda: Run, "Complete runs, newest first, a page at a time."
)


def _text(figure: object) -> str | None:
    return None if figure is None else str(figure)


def shown_total(total: Mapping[str, Any], currency: Currency) -> dict[str, Any]:
    """The totals of one bonus with their units written out."""

    def exact(units: int) -> str:
        return currency.exact(Fraction(units * total["unit"], total["parts"]))

    reasons = zip(total["reasons"], total["unpaid"], strict=True)
    return {
        **{key: total[key] for key in ("bonus", "kind", "payees", "lines")},
        "paid": cash(total["paid"], currency),
        "cut": cash(total.get("cut", 0), currency),
        "paid_exact": exact(total["paid_exact"]),
        "breakage_exact": exact(total["breakage"]),
        "unpaid": [{"reason": reason, "exact": exact(units)} for reason, units in reasons],
    }
