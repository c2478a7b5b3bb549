"""The price of every field: what it costs the server, in values of an answer.

A value of an answer costs 1. What asks the database costs more: once for its statement, and for each object
that it is asked for. tests/api/test_api_cost.py fails where a field that asks the database, or a list without
a page size, is missing here; docs/api/limits.md explains prices to clients.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """What a field costs.

    `once`: for each time that the query names it, whatever the number of objects: one statement for all.
    `each`: for each object that it is asked for.
    `size`: of a list without a page size, how many elements are assumed; of another field, what part of the
    objects has one (1 if None).
    """

    each: float = 1
    once: float = 0
    size: float | None = None


VALUE = Price()
"""A field that is only taken from its object."""
BATCH = Price(once=20)
"""One statement for all objects of a level."""
SINGLE = Price(each=20)
"""A statement for each object."""
COUNTED = Price(each=10)
"""A total, which may take a statement of its own for each page."""
WALK = Price(each=200)
"""A walk through a member's group, for each object."""
UNKNOWN = Price(each=200, once=20, size=20)
"""What is missing in the table: dear, so that nothing new is free by accident."""
EXPLAINED = Price(each=500)
"""Each bonus of the plan runs some statements."""
WHOLE_RUN = Price(each=2_000, size=10)
"""Reads all results of a run. Nine checks are what one request can have."""


CHANGE = Price(each=200)
"""Some statements that only one at a time may send."""
LONG_CHANGE = Price(each=1_000)
"""Checks of many rows, or the begin of a run."""

PREVIEW = Price(each=2_000)
"""Periods are computed within the request."""


def few(size: float) -> Price:
    """A list that lies in its object, with about so many elements."""
    return Price(size=size)


PRICES = {
    "Query.member": BATCH,
    "Query.members": SINGLE,
    "Query.run": BATCH,
    "Query.runs": SINGLE,
    "Query.standing": BATCH,
    "Query.order": BATCH,
    "Query.prospect": BATCH,
    "Query.explain": EXPLAINED,
    "Query.plans": Price(each=50, size=5),
    "Query.rules": Price(size=70),
    "Query.reports": Price(size=20),
    "Query.report": Price(each=1_000),
    "ReportRow.cells": few(10),
    "Query.compliance": Price(each=4_000),
    "Query.incomeDisclosure": Price(each=4_000),
    "Compliance.reasons": few(2),
    "Compliance.bonuses": few(10),
    "Compliance.origins": few(9),
    "IncomeDisclosure.periods": few(12),
    "IncomeDisclosure.furtherPeriods": few(10),
    "IncomeDisclosure.missingPeriods": few(2),
    "IncomeDisclosure.ranks": few(8),
    "IncomeDisclosure.expenses": few(4),
    "IncomeDisclosure.method": few(10),
    "IncomeSpread.upTo": few(3),
    "IncomeSpread.percentiles": few(6),
    "RankIncome.ranks": few(2),
    "IncomeExpense.kinds": few(2),
    "Query.periods": SINGLE,
    "Plan.words": few(5),
    "Plan.ranks": few(10),
    "Plan.rankWords": few(10),
    "Plan.bonuses": few(10),
    "PlanBonus.words": few(5),
    "PlanBonus.tables": few(2),
    "BonusTable.columns": few(10),
    "BonusTable.rows": few(50),
    "Rule.parameters": few(8),
    "Report.columns": few(8),
    "Report.parameters": few(2),
    "Period.runs": few(2),
    "Query.node": Price(each=60),  # a line takes three statements
    "Query.nodes": Price(each=20, once=80),
    "Query.whyNot": EXPLAINED,
    "Query.runProgress": SINGLE,
    "Query.planPeriods": SINGLE,
    "Query.ledgerBatches": SINGLE,
    "Query.ledgerBatch": SINGLE,
    "Query.ledgerAccounts": Price(each=20, size=10),
    "Member.balances": Price(once=20, size=2),
    "Member.ledgerEntries": Price(each=60),  # entries, currencies, bonuses
    "Query.ledgerPostings": Price(each=60, size=20),
    "Query.ledgerHolds": Price(each=60, size=20),
    "Query.ledgerDue": Price(each=100),
    "Query.ledgerRules": SINGLE,
    "LedgerDue.positions": few(2),
    "LedgerRules.minimum": few(2),
    "LedgerRules.fee": few(2),
    "LedgerRules.withholding": few(3),
    "LedgerRules.unpaid": few(2),
    "Mutation.endHolds": LONG_CHANGE,
    "PostingPayload.errors": few(5),
    "EndHoldsPayload.errors": few(5),
    "EndHoldsPayload.ended": few(20),
    "SetLedgerRulesPayload.errors": few(5),
    "LedgerEntry.parts": few(5),
    "LedgerBatch.sums": few(4),
    "LedgerBatch.entries": SINGLE,
    "PlanPeriod.run": SINGLE,
    "PlanPeriod.events": few(6),
    "PlanPeriod.approvals": few(2),
    "Query.runUnderWay": SINGLE,
    "Mutation.placeMember": CHANGE,
    "Mutation.placeDue": LONG_CHANGE,
    "Mutation.preferPlacement": CHANGE,
    "Mutation.reviewPeriod": CHANGE,
    "Mutation.reopenPeriod": CHANGE,
    "Mutation.approvePeriod": CHANGE,
    "Mutation.commitPeriod": LONG_CHANGE,
    "Mutation.withdrawPeriod": CHANGE,
    "Mutation.setPeriodRules": CHANGE,
    "Mutation.archiveRun": LONG_CHANGE,
    "Mutation.verifyRun": LONG_CHANGE,
    "Mutation.runPeriod": LONG_CHANGE,
    "Mutation.refreshLiveFigures": LONG_CHANGE,
    "Mutation.importRows": LONG_CHANGE,
    "Mutation.performOperations": LONG_CHANGE,
    "Mutation.rollUpMembers": LONG_CHANGE,
    "Mutation.previewChange": PREVIEW,
    "Mutation.computeWhatIf": LONG_CHANGE,
    "Mutation.removeWhatIf": LONG_CHANGE,
    "Query.whatIf": SINGLE,
    "Query.whatIfs": SINGLE,
    "WhatIf.changes": few(2),
    "WhatIf.comparison": SINGLE,
    "WhatIfComparison.bonuses": few(10),
    "WhatIfComparison.ranks": few(10),
    "WhatIfComparison.members": WALK,
    "ComputeWhatIfPayload.errors": few(5),
    "RemoveWhatIfPayload.errors": few(5),
    "RemoveWhatIfPayload.removed": few(5),
    **{
        f"Mutation.{name}": CHANGE
        for name in (
            "enrollMember moveMember changeSponsor swapMembers suspendMember reinstateMember terminateMember "
            "changeOwner moveCustomer enrollCustomer addProspect updateProspect convertProspect rollUpMember "
            "mergeMembers takeBack "
            "adjustBalance reverseAdjustment approvePosting rejectPosting holdBalance releaseHold "
            "forfeitHold setLedgerRules"
        ).split()
    },
    "Subscription.runProgress": BATCH,
    "Subscription.liveVolume": BATCH,
    "Subscription.downlineChanged": BATCH,
    "Member.sponsor": BATCH,
    "Member.placement": BATCH,
    "Member.sponsored": BATCH,
    "Member.placed": BATCH,
    "Member.children": BATCH,
    "Member.upline": BATCH,
    "Member.downline": WALK,
    "Member.holdingTank": BATCH,
    "Member.standing": BATCH,
    "Member.onDay": Price(each=40),
    "MemberOnDay.sponsor": BATCH,
    "MemberOnDay.placement": BATCH,
    "MemberOnDay.upline": SINGLE,
    "MemberOnDay.downline": WALK,
    "MemberOnDay.downlineTotal": WALK,
    "MemberOnDay.customers": SINGLE,
    "MemberOnDay.customerTotal": SINGLE,
    "PlaceOnDay.member": BATCH,
    "CustomerOnDay.became": BATCH,
    "Member.orders": SINGLE,
    "Member.prospects": SINGLE,
    "Member.prospect": BATCH,
    "Prospect.member": BATCH,
    "Prospect.history": few(5),
    "Member.live": BATCH,
    "Member.history": Price(each=20, once=20),
    "Standing.member": BATCH,
    "Standing.parent": BATCH,
    "Standing.children": BATCH,
    "Standing.upline": BATCH,
    "Standing.downline": WALK,
    "Standing.legs": BATCH,
    "Standing.levelCounts": Price(each=100, once=20, size=10),
    "Standing.duplication": Price(each=500, once=20, size=10),
    "Standing.lines": WALK,
    "Standing.orders": WALK,
    "Standing.nearMisses": EXPLAINED,
    "Standing.rankCard": Price(each=5, once=40, size=10),
    "Standing.nextRank": Price(each=20, once=40),
    "Standing.pushedUp": BATCH,
    "Standing.received": BATCH,
    "Standing.compressed": Price(each=5, once=20),
    "Statement.earnings": Price(once=20, size=10),
    "Statement.corrections": Price(once=20, size=3),
    "Statement.corrected": BATCH,
    "Statement.due": BATCH,
    "Correction.paidRun": BATCH,
    "Correction.orderIds": few(5),
    "Correction.changes": EXPLAINED,
    "CorrectedBonus.paidRun": BATCH,
    "Run.corrections": SINGLE,
    "Run.correctedBonuses": few(10),
    "Statement.openings": Price(once=20, size=5),
    "Line.order": BATCH,
    "Line.source": BATCH,
    "Line.payee": BATCH,
    "Order.member": BATCH,
    "Order.lines": WALK,
    "Run.ranks": few(10),
    "Run.bonuses": few(10),
    "RunTrial.bonuses": few(10),
    "RunTrial.notes": few(5),
    "Run.notes": few(5),
    "Run.checks": few(9),
    "Run.overlays": few(5),
    "Run.transfers": SINGLE,
    "Run.roots": SINGLE,
    "BonusTotal.unpaid": few(5),
    "Check.violations": WHOLE_RUN,
    "Transfer.giver": BATCH,
    "Transfer.receiver": BATCH,
    "RankStep.requirements": few(4),
    "RankRequirement.legs": Price(each=2, once=20),
    "NearMisses.members": few(20),
    "NearMember.standing": BATCH,
    "NearMember.missing": few(2),
    "NextRank.ways": few(2),
    "RankWay.requirements": few(4),
    "HelpingLeg.standing": BATCH,
    "CompressedPlace.parent": BATCH,
    "CompressedPlace.children": BATCH,
    "SteppedOver.standing": BATCH,
    "Explanation.bonuses": few(10),
    "Explanation.elsewhere": few(2),
    "ExplainedBonus.steps": few(10),
    "ExplainedBonus.entries": few(5),
    "ExplainedBonus.requirements": few(4),
    "ExplainedEntry.figures": few(5),
    "WhyNot.bonuses": few(10),
    "BonusNotPaid.reasons": few(5),
    "NotPaidReason.exampleOrder": BATCH,
    "Payload.errors": few(5),
    "PeriodPayload.errors": few(5),
    "CommitPeriodPayload.errors": few(5),
    "SetPeriodRulesPayload.errors": few(5),
    "ArchiveRunPayload.errors": few(5),
    "ArchiveRunPayload.archives": few(5),
    "RunArchive.tables": few(7),
    "VerifyRunPayload.errors": few(5),
    "VerifyRunPayload.runs": few(5),
    "VerifiedRun.differences": few(7),
    "PlaceMemberPayload.errors": few(5),
    "PlaceDuePayload.errors": few(5),
    "PlaceDuePayload.placements": few(50),
    "PlaceDuePayload.notPlaced": few(50),
    "PreferPlacementPayload.errors": few(5),
    "RunPeriodPayload.errors": few(5),
    "RunPeriodPayload.notes": few(5),
    "RefreshLiveFiguresPayload.errors": few(5),
    "ImportRowsPayload.errors": few(5),
    "ImportRowsPayload.tables": few(3),
    "ImportRowsPayload.warnings": few(5),
    "UserError.path": few(4),
    "TakenPlace.member": BATCH,
    "NotPlaced.member": BATCH,
    "ChangePayload.errors": few(5),
    "PerformOperationsPayload.errors": few(5),
    "PerformOperationsPayload.changes": few(50),
    "RecordedChange.changed": few(5),
    "PreviewChangePayload.errors": few(5),
    "PreviewedChange.changed": few(5),
    "PreviewedChange.periods": few(3),
    "PreviewedChange.untouched": few(20),
    "PreviewedPeriod.reasons": few(2),
    "PreviewedPeriod.leftOut": few(2),
    "PreviewedPeriod.members": few(20),
    "PreviewedFigures.bonuses": few(4),
    "RecordedChange.members": Price(once=20, size=5),
    "DownlineChange.operations": few(2),
    "DownlineChange.memberIds": few(100),
}
"""By type and field. Plain values, single objects that lie in their parent, and `nodes` and `edges` of pages
need no row: those cost one for each value, and a page as many as its size."""
