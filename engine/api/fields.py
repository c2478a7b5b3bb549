"""The table of fields: the area of data that each field of the schema belongs to.

`engine/access/areas.py` says which role reads an area, and of whom. A field without a row is for admins
alone, and fails a test. Most areas are limited in the statement that fetches them; those of GUARDED are
hidden field by field (`guards.py`).
"""

from engine.access.areas import Area

GUARDED = frozenset({Area.MONEY, Area.CUSTOMERS, Area.TOTALS, Area.OPERATE})
"""Areas whose fields are null where the viewer does not read them of the member in question."""

_PAGE = "nodes edges pageInfo totalCount searchStopped"
_EDGE = "node cursor level"

FIELDS: dict[str, dict[Area, str]] = {
    "Query": {
        Area.OPEN: "node nodes",
        Area.PEOPLE: "member members prospect",  # a prospect comes within reach, or not at all
        Area.FIGURES: "standing",
        Area.RUNS: "run runs runProgress runUnderWay planPeriods",
        Area.ORDERS: "order",
        Area.EXPLANATIONS: "explain whyNot",
        Area.PLANS: "plans rules reports report periods",
        Area.TOTALS: "ledgerBatches ledgerBatch ledgerAccounts ledgerRules "
        "compliance incomeDisclosure",  # these two ask for money too
        Area.MONEY: "ledgerPostings ledgerHolds ledgerDue",
        Area.OPERATE: "whatIf whatIfs",
    },
    "Subscription": {
        Area.RUNS: "runProgress",
        Area.FIGURES: "liveVolume",
        Area.PEOPLE: "downlineChanged",
    },
    "LiveVolumes": {
        Area.FIGURES: "period plan memberId personalVolume commissionableVolume customerVolume groupVolume "
        "orderCount active change asOf age upToDate delay",
    },
    "DownlineChange": {Area.PEOPLE: "firstChange change at operations memberIds complete"},
    "RunProgress": {
        Area.RUNS: "number state period plan stage done total percent startedAt failure",
        Area.TOTALS: "trial",
    },
    "RunFailure": {Area.RUNS: "code message todo"},
    "Member": {
        Area.OPEN: "id",
        Area.PEOPLE: "children upline downline holdingTank memberId status country ownerId enrolledOn leg "
        "sponsor placement sponsored placed onDay prospect",
        Area.NAMES: "name",
        Area.FIGURES: "standing history live",
        Area.ORDERS: "orders",
        Area.CUSTOMERS: "prospects",
        Area.MONEY: "balances ledgerEntries",
    },
    "MemberOnDay": {
        Area.PEOPLE: "asOf knownAfter status ownerId sponsor placement leg upline downline downlineTotal",
        Area.CUSTOMERS: "customers customerTotal",
    },
    "PlaceOnDay": {Area.PEOPLE: "level member leg since"},
    "Standing": {
        Area.OPEN: "id",
        Area.RUNS: "run",
        Area.PEOPLE: "children upline downline legs levelCounts memberId member parent "
        "uplineMembers leg depth status frontline compressed",
        Area.NAMES: "name",
        Area.FIGURES: "active orderCount personalVolume commissionableVolume customerVolume groupVolume "
        "groupCommissionableVolume qualifiedRank rank lifetimeRank rankCard nextRank nearMisses pushedUp "
        "received duplication",
        Area.MONEY: "earned statement lines",
        Area.ORDERS: "orders",
    },
    "UplineMember": {Area.PEOPLE: "level name rank"},
    "Leg": {Area.PEOPLE: "leg head size", Area.FIGURES: "volume bestRank"},
    "TeamGeneration": {
        Area.PEOPLE: "generation members recruiting recruits daysToFirstRecruit",
        Area.FIGURES: "selling ranked daysToFirstOrder daysToFirstRank",
    },
    "LevelCount": {Area.PEOPLE: "level members", Area.FIGURES: "active"},
    "Run": {
        Area.OPEN: "id",
        Area.RUNS: "number period firstDay lastDay plan planVersion currency startedAt finishedAt age "
        "committedAt overlays",
        Area.PLANS: "ranks",
        Area.TOTALS: "runId members depth bonuses notes resultsHash contentHash orders hashes checks "
        "pushedVolume volumeWithoutReceiver corrected correctedBonuses",
        Area.FIGURES: "transfers roots",
        Area.MONEY: "corrections",
    },
    "Overlay": {Area.PLANS: "name tree"},
    "Transfer": {Area.FIGURES: "fromId giver toId receiver volume reason"},
    "ProspectStep": {Area.PEOPLE: "status on change recordedAt", Area.OPERATE: "actor reason"},
    "Order": {
        Area.OPEN: "id",
        Area.ORDERS: "orderId orderedAt countedAt corrects kind memberId member refundOf qualifyingVolume "
        "commissionableVolume lines",
        Area.CUSTOMERS: "customerId customer",
        Area.MONEY: "amount",
    },
    "RankStep": {Area.FIGURES: "rank match mustBeActive requirements"},
    "RankRequirement": {Area.FIGURES: "requirement unit required actual missing passes legs"},
    "NearMisses": {Area.FIGURES: "members candidates complete"},
    "NearMember": {Area.FIGURES: "standing rank distance inactive missing"},
    "HistoryPoint": {
        Area.RUNS: "period run",
        Area.FIGURES: "qualifiedRank rank active personalVolume groupVolume earned",
    },
    "Plan": {Area.PLANS: "name version currency latestRun words ranks rankWords bonuses"},
    "PlanRank": {Area.PLANS: "name number match mustBeActive permanent grace"},
    "PlanBonus": {Area.PLANS: "name kind about words tables"},
    "BonusTable": {Area.PLANS: "columns rows"},
    "Rule": {Area.PLANS: "kind name about purpose parameters"},
    "RuleParameter": {Area.PLANS: "name type default"},
    "Report": {Area.PLANS: "name purpose living columns parameters"},
    "ReportParameter": {Area.PLANS: "name default"},
    "ReportColumn": {Area.PLANS: "name kind"},
    "ReportRows": {Area.PLANS: "report run nodes pageInfo"},  # its own areas say who has a report at all
    "ReportRow": {Area.PLANS: "cells"},
    "Period": {Area.RUNS: "name firstDay lastDay open runs"},
    "PlanPeriod": {
        Area.RUNS: "period plan calendar firstDay lastDay state run committedAt",
        Area.TOTALS: "commit events approvals",
    },
    "NextRank": {Area.FIGURES: "rank mustBeActive active ways"},
    "RankWay": {Area.FIGURES: "unmet requirements"},
    "NextRequirement": {Area.FIGURES: "requirement unit required actual missing passes legs"},
    "HelpingLeg": {Area.FIGURES: "memberId standing counts room"},
    "CompressedPlace": {Area.FIGURES: "overlay keeps lost parent levelsSkipped skipped children"},
    "SteppedOver": {Area.FIGURES: "memberId standing rule reason figure needed why"},
    "PageInfo": {Area.OPEN: "hasNextPage hasPreviousPage startCursor endCursor"},
    "Money": {Area.OPEN: "amount currency"},
    "NamedFigure": {Area.OPEN: "name text"},
    **{
        name: {Area.OPEN: _PAGE}
        for name in (
            "MemberConnection MemberDownlineConnection StandingConnection DownlineConnection LegConnection "
            "TransferConnection LineConnection RunConnection OrderConnection ProspectConnection "
            "LedgerEntryConnection LedgerBatchConnection LedgerDueConnection "
            "CorrectionConnection WhatIfMemberConnection"
        ).split()
    },
    **{
        name: {Area.OPEN: _EDGE}
        for name in (
            "MemberEdge MemberDownlineEdge StandingEdge DownlineEdge LegEdge TransferEdge LineEdge RunEdge "
            "OrderEdge ProspectEdge LedgerEntryEdge LedgerBatchEdge LedgerDueEdge CorrectionEdge "
            "WhatIfMemberEdge"
        ).split()
    },
}
"""The fields of each type by area."""

INSIDE: dict[str, tuple[Area, str]] = {
    "CustomerOnDay": (Area.CUSTOMERS, "customerId name since became"),
    "Mutation": (
        Area.OPERATE,
        "placeMember placeDue preferPlacement runPeriod refreshLiveFigures importRows performOperations "
        "enrollMember moveMember changeSponsor swapMembers suspendMember reinstateMember terminateMember "
        "changeOwner moveCustomer enrollCustomer addProspect updateProspect convertProspect rollUpMember "
        "rollUpMembers mergeMembers takeBack "
        "computeWhatIf removeWhatIf "
        "previewChange reviewPeriod reopenPeriod approvePeriod commitPeriod withdrawPeriod setPeriodRules "
        "adjustBalance reverseAdjustment approvePosting rejectPosting holdBalance releaseHold forfeitHold "
        "endHolds setLedgerRules archiveRun verifyRun",
    ),
    "ArchiveRunPayload": (Area.OPERATE, "errors clientMutationId archives"),
    "VerifyRunPayload": (Area.OPERATE, "errors clientMutationId runs"),
    "RunArchive": (Area.OPERATE, "run period plan commit contentHash manifestHash tables"),
    "TableRows": (Area.OPERATE, "name rows"),
    "VerifiedRun": (Area.OPERATE, "run period plan equal contentHash storedHash differences"),
    "RunDifference": (Area.OPERATE, "table where expected actual"),
    "PeriodPayload": (Area.OPERATE, "errors clientMutationId period"),
    "CommitPeriodPayload": (Area.OPERATE, "errors clientMutationId commit"),
    "PeriodCommit": (Area.OPERATE, "number period plan run resultsHash actor reason committedAt"),
    "SetPeriodRulesPayload": (Area.OPERATE, "errors clientMutationId change"),
    "PeriodEvent": (Area.TOTALS, "number step actor reason at day run resultsHash"),
    "PeriodApproval": (Area.TOTALS, "actor run resultsHash at reason"),
    "PerformOperationsPayload": (Area.OPERATE, "errors clientMutationId changes"),
    "PreviewChangePayload": (Area.OPERATE, "errors clientMutationId preview"),
    "PreviewedChange": (Area.OPERATE, "kind on changed periods untouched"),
    "PreviewedPeriod": (
        Area.OPERATE,
        "period plan run reasons computed whyNot fromResult paidBefore paidAfter wouldEarnMore "
        "wouldEarnLess computedFor leftOut membersChanged members",
    ),
    "UntouchedPeriod": (Area.OPERATE, "period plan"),
    "PreviewedMember": (Area.OPERATE, "memberId before after gain"),
    "PreviewedFigures": (
        Area.OPERATE, "personalVolume groupVolume active qualifiedRank rank earned bonuses",
    ),
    "PreviewedBonus": (Area.OPERATE, "bonus amount"),
    "ComputeWhatIfPayload": (Area.OPERATE, "errors clientMutationId progress"),
    "RemoveWhatIfPayload": (Area.OPERATE, "errors clientMutationId removed"),
    "WhatIf": (
        Area.OPERATE, "name period plan run base changes computedAt paid comparison",
    ),
    "WhatIfComparison": (
        Area.OPERATE,
        "paidBefore paidAfter difference shareBefore shareAfter membersChanged winners losers won lost "
        "bonuses ranks members",
    ),
    "WhatIfBonus": (Area.OPERATE, "bonus before after difference payeesBefore payeesAfter"),
    "WhatIfRank": (Area.OPERATE, "rank before after risen fallen"),
    "WhatIfMember": (Area.OPERATE, "memberId before after gain"),
    "ChangePayload": (Area.OPERATE, "errors clientMutationId change"),
    "RecordedChange": (
        Area.OPERATE, "number kind on recordedAt actor reason undoes changed members",
    ),
    "ChangedFact": (Area.OPERATE, "what id before after legBefore legAfter"),
    "PreferPlacementPayload": (Area.OPERATE, "errors clientMutationId change"),
    "PlaceMemberPayload": (Area.OPERATE, "errors clientMutationId placement"),
    "PlaceDuePayload": (Area.OPERATE, "errors clientMutationId placements notPlaced left"),
    "NotPlaced": (Area.OPERATE, "memberId code message todo member"),
    "UserError": (Area.OPERATE, "code message todo path"),
    "TakenPlace": (Area.OPERATE, "memberId sponsorId parentId leg since asOf member"),
    "RunPeriodPayload": (Area.OPERATE, "errors clientMutationId progress kept notes"),
    "RefreshLiveFiguresPayload": (Area.OPERATE, "errors clientMutationId live"),
    "LiveRefresh": (Area.OPERATE, "period plan change asOf changes orders standings rebuilt"),
    "ImportRowsPayload": (Area.OPERATE, "errors clientMutationId change tables warnings"),
    "ImportedTable": (Area.OPERATE, "table rows added updated unchanged refused"),
    "Prospect": (
        Area.CUSTOMERS,
        "id prospectId memberId member name source status since becameCustomer becameMember history",
    ),
    "Balance": (Area.MONEY, "payable held recoverable"),
    "LedgerEntry": (
        Area.MONEY,
        "ownerId account event amount batch kind day bookedAt actor reason run period plan "
        "posting type parts",
    ),
    "EntryPart": (Area.MONEY, "bonus amount period"),
    "LedgerBatch": (
        Area.TOTALS, "number kind day bookedAt actor reason run period plan posting type "
        "decidedBy entryCount sums entries",
    ),
    "LedgerPosting": (
        Area.MONEY,
        "number kind type state memberId amount actor reason at batch decidedBy reverses",
    ),
    "LedgerHold": (
        Area.MONEY, "number memberId amount left day until releaseWhen qualifies actor reason",
    ),
    "LedgerDue": (Area.MONEY, "memberId payable held fee withheld amount whyNot positions"),
    "LedgerRules": (Area.TOTALS, "twoPerson together minimum fee withholding unpaid"),
    "LedgerRuleOf": (Area.TOTALS, "key value"),
    "PostingPayload": (Area.OPERATE, "errors clientMutationId posting"),
    "EndHoldsPayload": (Area.OPERATE, "errors clientMutationId ended"),
    "SetLedgerRulesPayload": (Area.OPERATE, "errors clientMutationId change"),
    "AccountSum": (Area.TOTALS, "account amount debits credits"),
    "Statement": (Area.MONEY, "earnings total openings corrections corrected due"),
    "Correction": (
        Area.MONEY,
        "memberId period paidRun bonus before after settled amount reason orderCount orderIds why changes",
    ),
    "CorrectedLine": (Area.MONEY, "orderId sourceId level before after"),
    "CorrectedSide": (Area.MONEY, "base rate amount reason"),
    "CorrectedBonus": (Area.TOTALS, "period paidRun bonus payees amount"),
    "Earning": (Area.MONEY, "bonus amount exact cut lineCount"),
    "Line": (
        Area.MONEY,
        "id bonus orderId order sourceId source payeeId payee level treeLevel basis base rate budget paid "
        "reason exact amount",
    ),
    "BonusTotal": (Area.TOTALS, "bonus kind payees lines paid cut paidExact breakageExact unpaid"),
    "RunTrial": (Area.TOTALS, "members bonuses corrected notes resultsHash"),
    "Compliance": (
        Area.TOTALS,
        "plan period run currency side reasons members active earners customersNeeded activeFewCustomers "
        "earnersFewCustomers earnersNoCustomer volume customerVolume customerShare paid corrected "
        "payoutShare bonuses origins withoutSale withoutSaleTotal",
    ),
    "BonusShare": (Area.TOTALS, "bonus kind paid volumeShare"),
    "OriginShare": (Area.TOTALS, "origin paid share"),
    "PayWithoutSale": (Area.TOTALS, "memberId bonus amount reason"),
    "IncomeDisclosure": (
        Area.TOTALS,
        "plan currency firstDay lastDay calendar periods furtherPeriods missingPeriods committed members "
        "memberPeriods neverActive enrolledWithin leftAtUnknown customersNotCounted smallestGroup pay net "
        "everyPeriod ranks expenses purchasesInOtherCurrencies purchasesWithoutPrice corrected "
        "retailProfitRecorded retailProfit method",
    ),
    "IncomeSpread": (Area.TOTALS, "members nothing nothingShare upTo median percentiles mean"),
    "IncomeBand": (Area.TOTALS, "amount members share"),
    "IncomePercentile": (Area.TOTALS, "percent amount"),
    "RankIncome": (Area.TOTALS, "ranks members membersShare periods periodsShare pay"),
    "IncomeExpense": (Area.TOTALS, "kinds members orders amount"),
    "Unpaid": (Area.TOTALS, "reason exact"),
    "RunOrders": (Area.TOTALS, "inPeriod counted ofExcludedKinds beforeEnrolment"),
    "RunHashes": (Area.TOTALS, "plan rules tree orders openings outside matched carry results"),
    "Check": (Area.TOTALS, "name says violations"),
    "Violation": (Area.TOTALS, "where expected actual"),
    "WhyNot": (Area.EXPLANATIONS, "memberId orderId members complete bonuses"),
    "BonusNotPaid": (Area.EXPLANATIONS, "bonus verdict reasons"),
    "NotPaidReason": (Area.EXPLANATIONS, "reason why count example exampleOrder"),
    "Explanation": (Area.EXPLANATIONS, "orderId sourceId memberId distance bonuses elsewhere"),
    "ExplainedBonus": (
        Area.EXPLANATIONS, "bonus verdict about planSays cut steps entries requirements",
    ),
    "ExplainedStep": (
        Area.EXPLANATIONS,
        "level treeLevel payeeId sourceId base rate amount reason why skippedCount skipped",
    ),
    "ExplainedEntry": (Area.EXPLANATIONS, "memberId distance through leg figures lines"),
    "ExplainedLine": (
        Area.EXPLANATIONS, "level treeLevel payeeId sourceId base rate amount reason why",
    ),
    "ExplainedRequirement": (Area.EXPLANATIONS, "requirement required actual passes"),
}  # fmt: skip
"""Types that are reached through a field of their own area alone: whoever gets there reads all of them.

A mutation refuses by name: it is not guarded either.
"""

IDS: dict[str, str] = {
    "Line.orderId": "source_id",
    "Line.sourceId": "source_id",
    "Line.payeeId": "payee_id",
    "CorrectedLine.orderId": "source_id",
    "CorrectedLine.sourceId": "source_id",
    "ExplainedLine.payeeId": "payee_id",
    "ExplainedLine.sourceId": "source_id",
    "ExplainedStep.payeeId": "payee_id",
    "ExplainedStep.sourceId": "source_id",
    "ExplainedEntry.memberId": "member_id",
    "ExplainedEntry.through": "through",
    "ExplainedEntry.leg": "through",
    "SteppedOver.memberId": "member_id",
    "SteppedOver.figure": "member_id",
    "SteppedOver.needed": "member_id",
    "SteppedOver.why": "member_id",
}
"""Fields that name a member who may be a stranger, or say something of one: null unless the member of that
key has a standing within reach in the same run."""

TODAY: dict[str, tuple[str, str, bool]] = {
    "Member.ownerId": ("members", "owner_id", True),
    "MemberOnDay.ownerId": ("members", "owner_id", True),
    "Order.refundOf": ("orders", "refund_of", False),
    "Prospect.becameMember": ("members", "became_member", False),
}
"""Fields with the id of somebody or something of today: a loader of the context, the parent's key, and
whether the viewer's own is always shown. Otherwise null unless that loader finds it within reach."""

PAID: dict[str, str] = {
    f"{kind}.{field}": "payee_id"
    for kind in ("ExplainedLine", "ExplainedStep")
    for field in ("base", "rate", "amount")
}
"""Fields of an explanation that say what a payee is paid: of others they are money."""


def area_of(kind: str, field: str) -> Area | None:
    """The area of a field; None without a row."""
    if kind in INSIDE and field in INSIDE[kind][1].split():
        return INSIDE[kind][0]
    return next((area for area, names in FIELDS.get(kind, {}).items() if field in names.split()), None)


def listed() -> str:
    """The table as the documentation has it: the fields of each area that is guarded, type by type."""
    rows = []
    for area in sorted(GUARDED | {Area.EXPLANATIONS}):
        fields = [
            f"`{kind}.{name}`" for kind, areas in FIELDS.items() for name in areas.get(area, "").split()
        ]
        whole = [f"`{kind}`" for kind, (of, _) in INSIDE.items() if of is area]
        if (fields or whole) and area is not Area.OPERATE:
            rows.append(f"| {area} | {', '.join(fields)} | {', '.join(whole)} |")
    return "\n".join(rows)
