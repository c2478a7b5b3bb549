# mypy: allow-untyped-calls
"""Where a client begins with pay: an order, and why a member was or was not paid for it."""

from typing import Any

from graphene import ID, Argument, Field, NonNull, ResolveInfo, String

from engine.answers.orders import Order, unknown_order
from engine.api.context import Context
from engine.api.types import pay
from engine.api.types.chosen import chosen, of_run
from engine.api.types.explained import Explanation
from engine.api.types.why import WhyNot
from engine.explain import nothing


class PayRoot:
    """Fields on orders and pay."""

    order = Field(
        pay.Order,
        order_id=NonNull(ID, description="The company's own id of the order."),
        description="One order. Error: `unknown_order`.",
    )
    explain = Field(
        Explanation,
        member_id=NonNull(ID, description="The member whose pay is explained."),
        order_id=NonNull(ID, description="The order."),
        bonus=Argument(String, description="Explain this bonus only."),
        **pay.of_counting_run(),
        description="Why a member was or was not paid for an order, for any member and order; the same "
        "explanation as `upline explain`. Errors: `unknown_order`, `unknown_member`, `unknown_bonus`, "
        "`not_standing`, `order_not_counted`, `no_run`, `bad_period`, `run_and_period`.",
    )

    why_not = Field(
        WhyNot,
        member_id=NonNull(ID, description="The member who was not paid."),
        order_id=Argument(ID, description="One order. Default: every order of the member's group."),
        bonus=Argument(String, description="Only this bonus."),
        **of_run(),
        description="Why a member was paid nothing: by bonus, how often each reason came first, with an "
        "example; the same as `upline explain MEMBER`. Errors: those of `explain`.",
    )

    @staticmethod
    async def resolve_why_not(
        _root: object,
        info: ResolveInfo,
        member_id: str,
        order_id: str | None = None,
        bonus: str | None = None,
        **choice: Any,
    ) -> nothing.WhyNot:
        """The reasons, or the reason why there are none."""
        context: Context = info.context
        if order_id is None:
            run = await chosen(info, **choice)
        else:
            run = await context.run_of(await known_order(context, order_id), **choice)
        return await context.read(nothing.why_not, run, member_id, order_id, bonus)

    @staticmethod
    async def resolve_order(_root: object, info: ResolveInfo, order_id: str) -> Order:
        """The order, or UnknownOrderError."""
        return await known_order(info.context, order_id)

    @staticmethod
    async def resolve_explain(
        _root: object,
        info: ResolveInfo,
        member_id: str,
        order_id: str,
        bonus: str | None = None,
        **choice: Any,
    ) -> dict[str, Any]:
        """The explanation as the command's JSON, or the reason why there is none."""
        context: Context = info.context
        order = await known_order(context, order_id)
        run = await context.run_of(order, **choice)
        explanation: dict[str, Any] = await context.explanations.load(
            (run.number, member_id, order_id, bonus)
        )
        return explanation


async def known_order(context: Context, order_id: str) -> Order:
    """The order; raises UnknownOrderError."""
    order = await context.orders.load(order_id)
    if order is None:
        raise unknown_order(order_id)
    return order
