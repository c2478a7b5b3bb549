# mypy: allow-untyped-calls
"""Types for the ledger: balances and entries of members, batches, and what all accounts come to."""

from datetime import date
from typing import Any

from graphene import ID, Date, DateTime, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.answers import ledger as answers
from engine.answers.ledger import LedgerBatch as BatchFacts
from engine.answers.ledger import LedgerEntry as EntryFacts
from engine.answers.members import Member as MemberFacts
from engine.api.context import Context
from engine.api.types.figures import cash
from engine.api.types.pages import Listing, SealedPage, connection, paged
from engine.api.types.scalars import Money, money_of
from engine.ledger.balances import Balance as BalanceFacts

AS_OF = "The day at whose end it is looked at. Default: now."


class Balance(ObjectType):
    """What the company owes a member in a currency."""

    payable = money_of(
        "payable",
        "What is owed; below zero the member owes it, and later earnings settle it.",
    )
    held = money_of("held", "What is earned and not yet due.")
    recoverable = money_of("recoverable", "What the member owes and is taken back later.")


class EntryPart(ObjectType):
    """What one bonus has to do with an entry."""

    bonus = String(required=True, description="The bonus.")
    amount = Field(NonNull(Money), description="Its share of the entry.")
    period = String(description="Of a correction: the closed period that it corrects.")


class LedgerEntry(ObjectType):
    """One entry of an account. Entries never change: what was wrong is booked back by another one."""

    owner_id = ID(description="The member whose account it is; null for the company's own.")
    account = String(
        required=True,
        description="The kind of account: payable, held or recoverable of a member; commission, adjustments, "
        "forfeited, fees, tax, transit, bank or exchange of the company.",
    )
    event = String(required=True, description="What it is about: earned, corrected, adjusted ...")
    amount = money_of("amount", "Above zero a credit: the company owes it.")
    batch = Int(required=True, description="The number of the batch that it is part of.")
    kind = String(required=True, description="What the batch is about: earnings, withdrawal ...")
    day = Date(required=True, description="The day on which it was booked.")
    booked_at = DateTime(required=True, description="When it was booked (UTC).")
    actor = String(description="Who booked it; null for members.")
    reason = String(required=True, description="Why; empty if nobody said.")
    run = Int(description="The number of the run that pays it; null if none does.")
    period = String(description="The period that it is about; null if there is none.")
    plan = String(description="The plan by which it is paid; null if there is none.")
    posting = Int(description="Of what was booked by hand: the number of the posting.")
    type = String(description="Of an adjustment: what it is, such as correction.")
    parts = List(
        NonNull(EntryPart),
        required=True,
        description="Of earnings and corrections: their bonuses.",
    )

    @staticmethod
    def resolve_owner_id(root: EntryFacts, _info: ResolveInfo) -> str | None:
        """Null for the company."""
        return root.owner or None

    @staticmethod
    def resolve_actor(root: EntryFacts, info: ResolveInfo) -> str | None:
        """For staff alone."""
        return root.actor if info.context.reach.all else None

    @staticmethod
    def resolve_parts(root: EntryFacts, _info: ResolveInfo) -> list[dict[str, Any]]:
        """In the currency of the entry."""
        return [
            {"bonus": each.bonus, "amount": cash(each.amount, root.cash), "period": each.period}
            for each in root.parts
        ]


class AccountSum(ObjectType):
    """What all accounts of a kind come to in a currency."""

    account = String(required=True, description="The kind of account.")
    amount = money_of("amount", "Credits less debits. All kinds together are zero.")
    debits = money_of("debits", "What was debited.")
    credits = money_of("credits", "What was credited.")


class LedgerBatch(ObjectType):
    """Entries that were booked together, and add up to zero in each currency."""

    number = Int(required=True, description="Batches are numbered from 1 in the order of booking.")
    kind = String(required=True, description="What it is about: earnings, withdrawal ...")
    day = Date(required=True, description="The day on which it was booked.")
    booked_at = DateTime(required=True, description="When it was booked (UTC).")
    actor = String(required=True, description="Who booked it.")
    reason = String(required=True, description="Why; empty if nobody said.")
    run = Int(description="The number of the run that it pays; null if there is none.")
    period = String(description="The period that it is about; null if there is none.")
    plan = String(description="The plan by which it is paid; null if there is none.")
    posting = Int(description="Of what was booked by hand: the number of the posting.")
    type = String(description="Of an adjustment: what it is, such as correction.")
    decided_by = String(description="Who has approved it; null if nobody had to.")
    entry_count = Int(required=True, description="How many entries it has.")
    sums = List(NonNull(AccountSum), required=True, description="What it comes to by kind of account.")
    entries = Field(
        lambda: LedgerEntryConnection,
        **paged("entries"),
        description="Its entries: those of the company first, then by member.",
    )

    @staticmethod
    def resolve_entry_count(root: BatchFacts, _info: ResolveInfo) -> int:
        """As the batch keeps it."""
        return root.entries

    @staticmethod
    async def resolve_entries(root: BatchFacts, info: ResolveInfo, **paging: Any) -> SealedPage[EntryFacts]:
        """A page of them."""
        context: Context = info.context
        listing = Listing(info, paging, root.number)
        page = await context.read(answers.batch_entries, root, listing.stretch)

        async def count() -> int:
            return root.entries

        return listing.shown(page, count)


LedgerEntryConnection: type[ObjectType] = connection(
    "LedgerEntry", lambda: LedgerEntry, "Entries of the ledger, a page at a time."
)
LedgerBatchConnection: type[ObjectType] = connection(
    "LedgerBatch", lambda: LedgerBatch, "Batches of the ledger, a page at a time."
)


class MemberLedger:
    """Fields of a member on what the company owes; no type of its own."""

    balances = List(
        NonNull(Balance),
        as_of=Date(description=AS_OF),
        description="What the company owes the member, by currency; empty if nothing was ever booked.",
    )
    ledger_entries = Field(
        lambda: LedgerEntryConnection,
        **paged("entries"),
        description="The entries of the member's accounts, the latest first.",
    )

    @staticmethod
    async def resolve_balances(
        root: MemberFacts, info: ResolveInfo, as_of: date | None = None
    ) -> tuple[BalanceFacts, ...] | None:
        """One loader for all members of a level."""
        context: Context = info.context
        return await context.balances.load((as_of, root.member_id))

    @staticmethod
    async def resolve_ledger_entries(
        root: MemberFacts, info: ResolveInfo, **paging: Any
    ) -> SealedPage[EntryFacts]:
        """A page; the total is counted only if the client requests it."""
        context: Context = info.context
        listing = Listing(info, paging, root.member_id)
        page = await context.read(answers.entries, root.member_id, listing.stretch)
        return listing.shown(page, lambda: context.read(answers.entry_total, root.member_id))
