# mypy: allow-untyped-calls
"""What is booked by hand: adjusted, taken back, approved, held, released; and the rules for it."""

from collections.abc import Callable
from typing import Any

from graphene import (
    ID,
    Boolean,
    Date,
    Field,
    InputField,
    InputObjectType,
    Int,
    List,
    NonNull,
    ObjectType,
    String,
)

from engine.access.areas import Area
from engine.api.context import Context
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    Payload,
    allow,
    mutation,
    payload,
    plain,
    problems_of,
    request_of,
)
from engine.api.types.postings import AdjustmentType, LedgerPosting, ReleaseCondition
from engine.api.types.scalars import Decimal, enum_value
from engine.genealogy.changes.requests import Request
from engine.graph.database import Graph
from engine.ledger import adjusting, holding, rules
from engine.ledger.adjusting import Posting

NUMBER = Int(required=True, description="The number of the posting.")
WHY = String(required=True, description="Why, for the history.")
MAYBE_WHY = String(description="A remark, for the history.")
CURRENCY = String(description="The currency; it may be left out where the ledger has one alone.")


class AdjustBalanceInput(InputObjectType):
    """What to book in favour of a member, or against the member."""

    member_id = ID(required=True, description="The member.")
    amount = InputField(
        NonNull(Decimal), description="In units of the currency, as text; below zero against the member."
    )
    currency = CURRENCY
    type = InputField(NonNull(AdjustmentType), description="What it is.")
    reason = WHY
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class ReverseAdjustmentInput(InputObjectType):
    """Which adjustment to take back."""

    number = NUMBER
    reason = WHY
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class ApprovePostingInput(InputObjectType):
    """What to approve."""

    number = NUMBER
    reason = MAYBE_WHY
    client_mutation_id = CLIENT_ID


class RejectPostingInput(InputObjectType):
    """What not to book."""

    number = NUMBER
    reason = WHY
    client_mutation_id = CLIENT_ID


class HoldBalanceInput(InputObjectType):
    """What to hold."""

    member_id = ID(required=True, description="The member.")
    amount = InputField(Decimal, description="In units of the currency, as text. Default: all of it.")
    currency = CURRENCY
    until = Date(description="The last day on which it can be released. Default: it is never forfeited.")
    release_when = InputField(ReleaseCondition, description="What ends it by itself. Default: nothing.")
    reason = WHY
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class ReleaseHoldInput(InputObjectType):
    """What to release."""

    number = NUMBER
    amount = InputField(Decimal, description="In units of the currency, as text. Default: all that it holds.")
    reason = WHY
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class ForfeitHoldInput(InputObjectType):
    """What the company keeps."""

    number = NUMBER
    reason = WHY
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class EndHoldsInput(InputObjectType):
    """Nothing but a text that comes back."""

    client_mutation_id = CLIENT_ID


class LedgerRuleInput(InputObjectType):
    """A rule for a currency or a country."""

    key = String(required=True, description="The currency or country; * for all countries without a rule.")
    value = InputField(
        NonNull(Decimal), description="The amount in units of the currency, or the share: 0.24. 0 for none."
    )


class SetLedgerRulesInput(InputObjectType):
    """The company's rules for the ledger. What is left out stays as it is."""

    two_person = Boolean(description="Whether another person approves what is booked by hand.")
    together = Boolean(description="Whether positions of one owner are paid together.")
    minimum = List(NonNull(LedgerRuleInput), description="Less is not paid, by currency.")
    fee = List(NonNull(LedgerRuleInput), description="What a payment costs the member, by currency.")
    withholding = List(
        NonNull(LedgerRuleInput), description="The share kept for the authorities, by country."
    )
    unpaid = List(NonNull(String), description="The statuses of members who are not paid; empty for none.")
    reason = MAYBE_WHY
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class PostingPayload(ObjectType):
    """What became of a posting."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    posting = Field(LedgerPosting, description="The posting now; null where there are errors.")


class EndHoldsPayload(ObjectType):
    """Which holds have ended."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    ended = List(NonNull(LedgerPosting), description="What has ended; null where there are errors.")


class SetLedgerRulesPayload(ObjectType):
    """What became of the rules."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    change = Int(description="The number of the change; null where there are errors.")


async def _post(
    context: Context,
    arguments: dict[str, Any],
    kind: str,
    work: Callable[[Graph, str, Request | None], Posting],
    area: Area = Area.PREPARE,
) -> dict[str, Any]:
    """Do what a person does by hand, or say why not."""
    actor, writing = allow(context, area, "postings")

    async def done() -> dict[str, Any]:
        own = request_of(actor, kind, plain(arguments))
        return {"posting": await writing.do(lambda graph: work(graph, actor, own))}

    return await payload(arguments, done(), lambda error: problems_of(error, arguments))


async def adjust(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Book an adjustment, or say why not."""

    def work(graph: Graph, actor: str, own: Request | None) -> Posting:
        return adjusting.adjust(
            graph, arguments["member_id"], arguments["amount"], type=enum_value(arguments["type"]),
            currency=arguments.get("currency"), reason=arguments["reason"], actor=actor, request=own,
        )  # fmt: skip

    return await _post(context, arguments, "adjust", work)


async def reverse(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Take an adjustment back, or say why not."""

    def work(graph: Graph, actor: str, own: Request | None) -> Posting:
        number, reason = arguments["number"], arguments["reason"]
        return adjusting.reverse(graph, number, reason=reason, actor=actor, request=own)

    return await _post(context, arguments, "reverse", work)


async def approve(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Approve what another person has proposed, or say why not."""

    def work(graph: Graph, actor: str, _own: Request | None) -> Posting:
        reason = arguments.get("reason") or ""
        return adjusting.approve(graph, arguments["number"], reason=reason, actor=actor)

    return await _post(context, arguments, "approve", work, Area.APPROVE)


async def reject(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Decide that what was proposed is not booked, or say why not."""

    def work(graph: Graph, actor: str, _own: Request | None) -> Posting:
        return adjusting.reject(graph, arguments["number"], reason=arguments["reason"], actor=actor)

    return await _post(context, arguments, "reject", work, Area.APPROVE)


async def hold(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Hold what is payable, or say why not."""

    def work(graph: Graph, actor: str, own: Request | None) -> Posting:
        return holding.hold(
            graph, arguments["member_id"], arguments.get("amount"), currency=arguments.get("currency"),
            until=arguments.get("until"), release_when=enum_value(arguments.get("release_when")),
            reason=arguments["reason"], actor=actor, request=own,
        )  # fmt: skip

    return await _post(context, arguments, "hold", work)


async def release(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Release a hold, or say why not."""

    def work(graph: Graph, actor: str, own: Request | None) -> Posting:
        number, amount = arguments["number"], arguments.get("amount")
        return holding.release(graph, number, amount, reason=arguments["reason"], actor=actor, request=own)

    return await _post(context, arguments, "release", work)


async def forfeit(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Let the company keep what is held, or say why not."""

    def work(graph: Graph, actor: str, own: Request | None) -> Posting:
        number, reason = arguments["number"], arguments["reason"]
        return holding.forfeit(graph, number, reason=reason, actor=actor, request=own)

    return await _post(context, arguments, "forfeit", work)


async def end_all_holds(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """End the holds whose condition or last day has come."""
    actor, writing = allow(context, Area.PREPARE, "postings")

    async def work() -> dict[str, Any]:
        return {"ended": await writing.do(lambda graph: holding.end_holds(graph, actor=actor))}

    return await payload(arguments, work())


async def set_rules(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Keep the company's rules for the ledger, or say why not."""
    actor, writing = allow(context)

    def by_key(name: str) -> dict[str, str] | None:
        listed = arguments.get(name)
        return None if listed is None else {each["key"]: each["value"] for each in listed}

    async def work() -> dict[str, Any]:
        own = request_of(actor, "ledger_rules", plain(arguments))
        wishes: dict[str, Any] = {name: by_key(name) for name in ("minimum", "fee", "withholding")}
        wishes |= {name: arguments.get(name) for name in ("two_person", "together", "unpaid")}
        reason = arguments.get("reason") or ""
        change = await writing.do(
            lambda graph: rules.set_rules(graph, **wishes, actor=actor, reason=reason, request=own)
        )
        return {"change": change}

    return await payload(arguments, work())


COMMON = "`reason_missing`, `bad_input`, `key_reused`, `still_working`."
NEW = "`unknown_member`, `bad_adjustment`, `currency_missing`, " + COMMON


class LedgerSteps:
    """What is booked by hand."""

    adjust_balance = mutation(
        PostingPayload, AdjustBalanceInput, "What to book.",
        "Book an amount in favour of a member, or against the member. Where the company's rules say so it is "
        "proposed, and another person approves it. Codes: " + NEW,
        adjust,
    )  # fmt: skip
    reverse_adjustment = mutation(
        PostingPayload, ReverseAdjustmentInput, "Which one.",
        "Take an adjustment back: the opposite is booked, and both stay. Codes: `unknown_posting`, "
        "`not_reversible`, " + COMMON,
        reverse,
    )  # fmt: skip
    approve_posting = mutation(
        PostingPayload, ApprovePostingInput, "Which one.",
        "Approve what another person has proposed: it is booked now. Codes: `unknown_posting`, "
        "`posting_decided`, `same_person`, `still_working`.",
        approve,
    )  # fmt: skip
    reject_posting = mutation(
        PostingPayload, RejectPostingInput, "Which one.",
        "Decide that what was proposed is not booked. Codes: `unknown_posting`, `posting_decided`, "
        "`reason_missing`, `still_working`.",
        reject,
    )  # fmt: skip
    hold_balance = mutation(
        PostingPayload, HoldBalanceInput, "What to hold.",
        "Hold what is payable to a member, or a part of it. Codes: `bad_hold`, " + NEW,
        hold,
    )  # fmt: skip
    release_hold = mutation(
        PostingPayload, ReleaseHoldInput, "Which hold.",
        "Release what a hold holds, or a part of it: it is payable again. Codes: `unknown_posting`, "
        "`not_held`, `bad_hold`, `bad_adjustment`, " + COMMON,
        release,
    )  # fmt: skip
    forfeit_hold = mutation(
        PostingPayload, ForfeitHoldInput, "Which hold.",
        "Let the company keep what a hold holds. Codes: `unknown_posting`, `not_held`, " + COMMON,
        forfeit,
    )  # fmt: skip
    end_holds = mutation(
        EndHoldsPayload, EndHoldsInput, "Nothing is chosen.",
        "Release the holds whose members qualify, and forfeit those whose last day is over. Repeated, it "
        "changes nothing. Code: `still_working`.",
        end_all_holds,
    )  # fmt: skip
    set_ledger_rules = mutation(
        SetLedgerRulesPayload, SetLedgerRulesInput, "The rules.",
        "Keep who approves what is booked by hand, and what is paid when. Codes: `bad_ledger_rule`, "
        "`bad_input`, `change_under_way`, `key_reused`, `still_working`.",
        set_rules,
    )  # fmt: skip
