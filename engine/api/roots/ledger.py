# mypy: allow-untyped-calls
"""Where a client begins with the ledger: its batches, and what all accounts come to."""

from datetime import date
from typing import Any

from graphene import ID, Argument, Date, Field, Int, List, NonNull, ResolveInfo

from engine.answers import ledger
from engine.answers.ledger import AccountSum as SumFacts
from engine.answers.ledger import LedgerBatch as BatchFacts
from engine.api.context import Context
from engine.api.types.ledger import AS_OF, AccountSum, LedgerBatch, LedgerBatchConnection
from engine.api.types.pages import Listing, SealedPage, most, paged, paged_forward, size
from engine.api.types.postings import (
    LedgerDueConnection,
    LedgerHold,
    LedgerPosting,
    LedgerRules,
    PostingState,
)
from engine.api.types.scalars import enum_value
from engine.ledger.adjusting import Posting as PostingFacts
from engine.ledger.holding import Hold as HoldFacts
from engine.ledger.paying import Due as DueFacts
from engine.ledger.rules import shown


class LedgerRoot:
    """Fields on the ledger."""

    ledger_batches = Field(
        LedgerBatchConnection,
        **paged("batches"),
        description="The batches of the ledger, the latest first. A commit books one.",
    )
    ledger_batch = Field(
        LedgerBatch,
        number=NonNull(Int, description="Its number."),
        description="One batch of the ledger. Error: `unknown_batch`.",
    )
    ledger_accounts = List(
        NonNull(AccountSum),
        as_of=Date(description=AS_OF),
        description="What all accounts of each kind come to, by currency.",
    )

    ledger_postings = List(
        NonNull(LedgerPosting),
        state=Argument(PostingState, description="Only those in this state."),
        member_id=Argument(ID, description="Only those of this member."),
        first=most("postings"),
        description="What was booked by hand, and what waits for another person, the latest first.",
    )
    ledger_holds = List(
        NonNull(LedgerHold),
        member_id=Argument(ID, description="Only those of this member."),
        first=most("holds"),
        description="The holds of which something is still held, the first one first.",
    )
    ledger_due = Field(
        LedgerDueConnection,
        **paged_forward("members"),
        description="What would be paid now, to whom, and why not to the others, by member. A member who has "
        "several currencies has a row for each.",
    )
    ledger_rules = Field(LedgerRules, description="The company's rules for the ledger.")

    @staticmethod
    async def resolve_ledger_postings(
        _root: object, info: ResolveInfo, first: int, state: Any = None, member_id: str | None = None
    ) -> list[PostingFacts]:
        """Those of a state or a member."""
        context: Context = info.context
        return await context.read(ledger.postings, enum_value(state), member_id, size(first))

    @staticmethod
    async def resolve_ledger_holds(
        _root: object, info: ResolveInfo, first: int, member_id: str | None = None
    ) -> list[HoldFacts]:
        """Those of a member, or all."""
        context: Context = info.context
        return await context.read(ledger.holds, member_id, size(first))

    @staticmethod
    async def resolve_ledger_due(_root: object, info: ResolveInfo, **paging: Any) -> SealedPage[DueFacts]:
        """A page."""
        context: Context = info.context
        listing = Listing(info, paging)
        return listing.shown(await context.read(ledger.due_page, listing.stretch))

    @staticmethod
    async def resolve_ledger_rules(_root: object, info: ResolveInfo) -> dict[str, Any]:
        """As people read them."""
        context: Context = info.context
        return await context.ask(shown, context.graph)

    @staticmethod
    async def resolve_ledger_batches(
        _root: object, info: ResolveInfo, **paging: Any
    ) -> SealedPage[BatchFacts]:
        """A page; the total is counted only if the client requests it."""
        context: Context = info.context
        listing = Listing(info, paging)
        page = await context.read(ledger.batches, listing.stretch)
        return listing.shown(page, lambda: context.read(ledger.batch_total))

    @staticmethod
    async def resolve_ledger_batch(_root: object, info: ResolveInfo, number: int) -> BatchFacts:
        """By its number, or UnknownBatchError."""
        context: Context = info.context
        return await context.read(ledger.batch, number)

    @staticmethod
    async def resolve_ledger_accounts(
        _root: object, info: ResolveInfo, as_of: date | None = None
    ) -> tuple[SumFacts, ...]:
        """One statement."""
        context: Context = info.context
        return await context.read(ledger.account_totals, as_of)
