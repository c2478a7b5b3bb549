# mypy: allow-untyped-calls
"""Where a client begins with the ledger: its batches, and what all accounts come to."""

from datetime import date
from typing import Any

from graphene import Date, Field, Int, List, NonNull, ResolveInfo

from engine.answers import ledger
from engine.answers.ledger import AccountSum as SumFacts
from engine.answers.ledger import LedgerBatch as BatchFacts
from engine.api.context import Context
from engine.api.types.ledger import AS_OF, AccountSum, LedgerBatch, LedgerBatchConnection
from engine.api.types.pages import Listing, SealedPage, paged


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
