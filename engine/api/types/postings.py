# mypy: allow-untyped-calls
"""Types for what is booked by hand, held and due, and for the company's rules of it."""

from typing import Any

from graphene import (
    ID,
    Boolean,
    Date,
    DateTime,
    Enum,
    Field,
    Int,
    List,
    NonNull,
    ObjectType,
    ResolveInfo,
    String,
)

from engine.api.types.pages import connection
from engine.api.types.scalars import Decimal, described, money_of
from engine.ledger.adjusting import TYPES
from engine.ledger.holding import CONDITIONS
from engine.ledger.paying import WHY_NOT


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


class AdjustmentType(Enum):
    """What an adjustment is."""

    OPENING = "opening"
    CORRECTION = "correction"
    GOODWILL = "goodwill"
    AWARD = "award"
    CHARGE = "charge"
    OTHER = "other"

    description = described({name: _sentence(text) for name, text in TYPES.items()})


class PostingState(Enum):
    """Where a posting is."""

    PROPOSED = "proposed"
    BOOKED = "booked"
    REJECTED = "rejected"

    description = described(
        {
            "proposed": "It waits for another person, and counts nowhere.",
            "booked": "It counts.",
            "rejected": "It was decided that it is not booked.",
        }
    )


class ReleaseCondition(Enum):
    """What ends a hold by itself."""

    ACTIVE = "active"

    description = described({name: _sentence(text) for name, text in CONDITIONS.items()})


class WhyNotDue(Enum):
    """Why nothing would be paid now."""

    NEGATIVE = "negative"
    HELD = "held"
    STATUS = "status"
    BELOW_MINIMUM = "below_minimum"
    BELOW_FEE = "below_fee"

    description = described({name: _sentence(text) for name, text in WHY_NOT.items()})


class LedgerPosting(ObjectType):
    """What somebody has booked by hand, or proposed."""

    number = Int(required=True, description="Postings are numbered from 1.")
    kind = String(required=True, description="adjustment, reversal, hold, release or forfeit.")
    type = Field(AdjustmentType, description="What an adjustment is; null for the others.")
    state = Field(NonNull(PostingState), description="Only booked ones count.")
    member_id = ID(required=True, description="The member whose balance it is about.")
    amount = money_of("amount", "Of an adjustment: below zero it is against the member.")
    actor = String(required=True, description="Who has booked or proposed it.")
    reason = String(required=True, description="Why.")
    at = DateTime(required=True, description="When (UTC).")
    batch = Int(description="The number of its batch in the ledger; null if it is not booked.")
    decided_by = String(description="Who has approved or rejected it; null if nobody had to.")
    reverses = Int(description="The number of the posting that it takes back; null if it takes none back.")


class LedgerHold(ObjectType):
    """Pay that is held: earned, and not yet due."""

    number = Int(required=True, description="The number of its posting.")
    member_id = ID(required=True, description="The member whose pay it is.")
    amount = money_of("amount", "What it held.")
    left = money_of("left", "What it still holds.")
    day = Date(required=True, description="Since when.")
    until = Date(description="The last day on which it can be released; null if there is none.")
    release_when = Field(ReleaseCondition, description="What ends it by itself; null if nothing does.")
    qualifies = Boolean(required=True, description="Whether that has come.")
    actor = String(required=True, description="Who holds it.")
    reason = String(required=True, description="Why.")


class LedgerDue(ObjectType):
    """What would be paid to a member in a currency now."""

    member_id = ID(required=True, description="The member.")
    payable = money_of("payable", "What is owed.")
    held = money_of("held", "What is held besides.")
    fee = money_of("fee", "What the payment would cost the member.")
    withheld = money_of("withheld", "What would be kept for the authorities.")
    amount = money_of("amount", "What would be paid; zero where `whyNot` has a reason.")
    positions = List(
        NonNull(ID),
        required=True,
        description="The positions that are paid together, this one first; it is alone if none are.",
    )
    why_not = Field(WhyNotDue, description="Why nothing would be paid; null if something would.")


LedgerDueConnection: type[ObjectType] = connection(
    "LedgerDue", lambda: LedgerDue, "What would be paid now, a page at a time."
)


class LedgerRuleOf(ObjectType):
    """A rule for a currency or a country."""

    key = String(required=True, description="The currency or country; * for all countries without a rule.")
    value = Field(NonNull(Decimal), description="The amount in units of the currency, or the share: 0.24.")


class LedgerRules(ObjectType):
    """The company's rules for the ledger."""

    two_person = Boolean(required=True, description="Whether another person approves what is booked by hand.")
    together = Boolean(required=True, description="Whether positions of one owner are paid together.")
    minimum = List(NonNull(LedgerRuleOf), required=True, description="Less is not paid, by currency.")
    fee = List(NonNull(LedgerRuleOf), required=True, description="What a payment costs, by currency.")
    withholding = List(
        NonNull(LedgerRuleOf), required=True, description="The share kept for the authorities, by country."
    )
    unpaid = List(NonNull(String), required=True, description="The statuses of members who are not paid.")

    @staticmethod
    def resolve_minimum(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, str]]:
        """By currency."""
        return _listed(root["minimum"])

    @staticmethod
    def resolve_fee(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, str]]:
        """By currency."""
        return _listed(root["fee"])

    @staticmethod
    def resolve_withholding(root: dict[str, Any], _info: ResolveInfo) -> list[dict[str, str]]:
        """By country."""
        return _listed(root["withholding"])


def _listed(rules: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in rules.items()]
