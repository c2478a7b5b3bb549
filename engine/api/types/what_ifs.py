# mypy: allow-untyped-calls
"""Types for what-ifs: a period computed once more with some changes, and how it differs from its run."""

from dataclasses import dataclass
from typing import Any

from graphene import ID, Argument, DateTime, Enum, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.api.context import Context
from engine.api.mutations.previews import PreviewedFigures, ShownFigures
from engine.api.types.figures import Cash, cash
from engine.api.types.pages import Listing, SealedPage, connection, paged_forward, parted
from engine.api.types.scalars import Decimal, Money, described, enum_value, money_of
from engine.money import Currency
from engine.preview.figures import Difference, Figures
from engine.whatif import comparing, kept
from engine.whatif.tables import share


class WhatIfMembers(Enum):
    """Which members of a comparison."""

    ALL = "all"
    WINNERS = "winners"
    LOSERS = "losers"

    description = described(
        {
            "all": "Everybody with other figures.",
            "winners": "Whoever would earn more.",
            "losers": "Whoever would earn less.",
        }
    )


@dataclass(frozen=True, slots=True)
class _Member:
    """A member's difference, with the currency that writes it."""

    difference: Difference
    currency: Currency


class WhatIfBonus(ObjectType):
    """What a bonus pays before and after the changes."""

    bonus = String(required=True, description="The bonus.")
    before = Field(NonNull(Money), description="What it paid; 0 if the run's plan does not have it.")
    after = Field(NonNull(Money), description="What it would pay; 0 if the changed plan does not have it.")
    difference = Field(NonNull(Money), description="By how much it would pay more; below 0 for less.")
    payees_before = Int(required=True, description="How many members it paid.")
    payees_after = Int(required=True, description="How many it would pay.")


class WhatIfRank(ObjectType):
    """How many members are paid as a rank before and after the changes."""

    rank = String(required=True, description="The rank; `none` for no rank.")
    before = Int(required=True, description="Members paid as it.")
    after = Int(required=True, description="Members who would be.")
    risen = Int(required=True, description="Of those before, how many would have a higher rank.")
    fallen = Int(required=True, description="Of those before, how many would have a lower one.")


class WhatIfMember(ObjectType):
    """A member with other figures."""

    member_id = ID(required=True, description="The member.")
    before = Field(NonNull(PreviewedFigures), description="In the run on which the what-if rests.")
    after = Field(NonNull(PreviewedFigures), description="With the changes.")
    gain = Field(NonNull(Money), description="By how much the earnings grow; below 0 for a loss.")

    @staticmethod
    def resolve_member_id(root: _Member, _info: ResolveInfo) -> str:
        """Of the difference."""
        return root.difference.member_id

    @staticmethod
    def resolve_before(root: _Member, _info: ResolveInfo) -> ShownFigures:
        """Of the difference."""
        return _shown(root.difference.before, root.currency)

    @staticmethod
    def resolve_after(root: _Member, _info: ResolveInfo) -> ShownFigures:
        """Of the difference."""
        return _shown(root.difference.after, root.currency)

    @staticmethod
    def resolve_gain(root: _Member, _info: ResolveInfo) -> Cash:
        """In the run's currency."""
        return cash(root.difference.gain, root.currency)


WhatIfMemberConnection: type[ObjectType] = connection(
    "WhatIfMember", lambda: WhatIfMember, "Members with other figures, a page at a time."
)


class WhatIfComparison(ObjectType):
    """How a what-if differs from the run on which it rests. The differences of the members, and those of the
    bonuses, come to the difference in all.
    """

    paid_before = money_of("before", "All that the run paid.")
    paid_after = money_of("after", "All that would be paid.")
    difference = money_of("difference", "By how much more would be paid; below 0 for less.")
    share_before = Decimal(
        description="What the run paid as a share of the commissionable volume, such as 0.412500; null "
        "without volume."
    )
    share_after = Decimal(description="The same with the changes.")
    members_changed = Int(required=True, description="How many members have other figures.")
    winners = Int(required=True, description="How many would earn more.")
    losers = Int(required=True, description="How many would earn less.")
    won = money_of("won", "What the winners would gain together.")
    lost = money_of("lost", "What the losers would lose together, 0 or below.")
    bonuses = List(NonNull(WhatIfBonus), required=True, description="The same by bonus.")
    ranks = List(NonNull(WhatIfRank), required=True, description="Ranks, from none on.")
    members = Field(
        WhatIfMemberConnection,
        **paged_forward(
            "members",
            only=Argument(WhatIfMembers, default_value="all", description="Which of them."),
        ),
        description="Members with other figures: whoever gains or loses most comes first.",
    )

    @staticmethod
    def resolve_share_before(root: comparing.Comparison, _info: ResolveInfo) -> str | None:
        """Six decimals."""
        return share(root.share_before)

    @staticmethod
    def resolve_share_after(root: comparing.Comparison, _info: ResolveInfo) -> str | None:
        """Six decimals."""
        return share(root.share_after)

    @staticmethod
    def resolve_bonuses(root: comparing.Comparison, _info: ResolveInfo) -> list[dict[str, Any]]:
        """In the run's currency."""
        return [
            {
                "bonus": each.bonus, "before": cash(each.before, root.cash),
                "after": cash(each.after, root.cash), "difference": cash(each.difference, root.cash),
                "payees_before": each.payees_before, "payees_after": each.payees_after,
            }
            for each in root.bonuses
        ]  # fmt: skip

    @staticmethod
    async def resolve_members(
        root: comparing.Comparison, info: ResolveInfo, **arguments: Any
    ) -> SealedPage[_Member]:
        """A page of them."""
        context: Context = info.context
        paging, choice = parted(arguments)
        listing = Listing(info, paging, root.what_if.run.number)
        only = enum_value(choice.get("only")) or "all"
        page = await context.ask(comparing.member_page, context.graph, root, listing.stretch, only)
        return listing.shown(page.of(lambda each: _Member(each, root.cash)))


class WhatIf(ObjectType):
    """A period computed once more on the frozen standings of a run, with some changes. It is no result."""

    name = String(required=True, description="Its name.")
    period = String(required=True, description="The period.")
    plan = String(required=True, description="The name of the plan of the run on which it rests.")
    run = Int(required=True, description="The number under which it was computed.")
    base = Int(required=True, description="The number of the run on which it rests.")
    changes = List(NonNull(String), required=True, description="What differs, as the command line writes it.")
    computed_at = DateTime(required=True, description="When it was computed (UTC).")
    paid = money_of("paid", "All that would be paid.")
    comparison = Field(WhatIfComparison, description="How it differs from that run.")

    @staticmethod
    def resolve_period(root: kept.WhatIf, _info: ResolveInfo) -> str:
        """Of the run."""
        return root.run.period

    @staticmethod
    def resolve_plan(root: kept.WhatIf, _info: ResolveInfo) -> str:
        """Of the run."""
        return root.run.plan

    @staticmethod
    def resolve_run(root: kept.WhatIf, _info: ResolveInfo) -> int:
        """The number alone."""
        return root.run.number

    @staticmethod
    async def resolve_comparison(root: kept.WhatIf, info: ResolveInfo) -> comparing.Comparison:
        """Most of it is on the record."""
        context: Context = info.context
        return await context.ask(comparing.comparison, context.graph, root)


def _shown(figures: Figures | None, currency: Currency) -> ShownFigures:
    assert figures is not None, "both runs have the same members"
    return ShownFigures(figures, currency)
