# mypy: allow-untyped-calls
"""What an operation on people and trees would change, before it is made."""

from dataclasses import dataclass
from functools import partial
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
    ResolveInfo,
    String,
)

from engine.api.context import Context
from engine.api.mutations.operations import MUTATIONS, ChangedFact, input_of, operation_of
from engine.api.mutations.payloads import (
    CLIENT_ID,
    BadInputError,
    Payload,
    allow,
    camel,
    payload,
    problems_of,
)
from engine.api.mutations.places import PlaceMemberInput
from engine.api.types.figures import Cash, cash
from engine.api.types.scalars import Decimal, Money
from engine.genealogy.operations import kinds
from engine.graph.database import Graph
from engine.money import Currency, decimal
from engine.preview.figures import Difference, Figures
from engine.preview.previewing import MOST_PERIODS, PeriodPreview, Preview, preview

SECONDS = 6.0
"""How long a preview may take: less than a request waits for it."""
MOST_MEMBERS = 100
"""Members that one period shows."""
OPERATIONS = {name: kind for name, (kind, _) in MUTATIONS.items()} | {"place_member": kinds.PlaceMember}
"""The operations that can be previewed, by the name of their mutation."""


class PreviewChangeInput(InputObjectType):
    """Exactly one operation, with the input of its mutation, of which `reason` and `idempotencyKey` do not
    count.
    """

    for _name in OPERATIONS:
        locals()[_name] = InputField(
            PlaceMemberInput if _name == "place_member" else input_of(_name),
            description=f"What `{camel(_name)}` would do.",
        )
    del _name
    periods = Int(
        default_value=1,
        description="How many of the touched periods are computed, the latest ones, 0 to "
        f"{MOST_PERIODS}. With 0 the answer comes at once.",
    )
    client_mutation_id = CLIENT_ID


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """Figures with the currency that writes them."""

    figures: Figures
    currency: Currency


@dataclass(frozen=True, slots=True)
class _Member:
    """A difference with the currency that writes it."""

    difference: Difference
    currency: Currency


class PreviewedBonus(ObjectType):
    """What a bonus would pay a member."""

    bonus = String(required=True, description="The bonus.")
    amount = Field(NonNull(Money), description="What it pays.")


class PreviewedFigures(ObjectType):
    """A member's figures in one period."""

    personal_volume = Decimal(required=True, description="Personal volume.")
    group_volume = Decimal(required=True, description="Group volume.")
    active = Boolean(required=True, description="Whether the member is active.")
    qualified_rank = String(required=True, description="The rank that the member qualifies for.")
    rank = String(required=True, description="The rank that the member is paid as.")
    earned = Field(NonNull(Money), description="All earnings.")
    bonuses = List(NonNull(PreviewedBonus), required=True, description="The same by bonus.")

    @staticmethod
    def resolve_personal_volume(root: ShownFigures, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return decimal(root.figures.personal_volume, 2)

    @staticmethod
    def resolve_group_volume(root: ShownFigures, _info: ResolveInfo) -> str:
        """Hundredths as text."""
        return decimal(root.figures.group_volume, 2)

    @staticmethod
    def resolve_active(root: ShownFigures, _info: ResolveInfo) -> bool:
        """Of the figures."""
        return root.figures.active

    @staticmethod
    def resolve_qualified_rank(root: ShownFigures, _info: ResolveInfo) -> str:
        """Of the figures."""
        return root.figures.qualified_rank

    @staticmethod
    def resolve_rank(root: ShownFigures, _info: ResolveInfo) -> str:
        """Of the figures."""
        return root.figures.rank

    @staticmethod
    def resolve_earned(root: ShownFigures, _info: ResolveInfo) -> Cash:
        """In the run's currency."""
        return cash(root.figures.earned, root.currency)

    @staticmethod
    def resolve_bonuses(root: ShownFigures, _info: ResolveInfo) -> list[dict[str, Any]]:
        """In the run's currency."""
        bonuses = root.figures.bonuses.items()
        return [{"bonus": name, "amount": cash(amount, root.currency)} for name, amount in bonuses]


class PreviewedMember(ObjectType):
    """A member whose figures in a period would be others."""

    member_id = ID(required=True, description="The member.")
    before = Field(PreviewedFigures, description="Without the operation; null if not in the period then.")
    after = Field(PreviewedFigures, description="With it.")
    gain = Field(NonNull(Money), description="By how much the earnings grow; below 0 for a loss.")

    @staticmethod
    def resolve_member_id(root: _Member, _info: ResolveInfo) -> str:
        """Of the difference."""
        return root.difference.member_id

    @staticmethod
    def resolve_before(root: _Member, _info: ResolveInfo) -> ShownFigures | None:
        """Of the difference."""
        before = root.difference.before
        return ShownFigures(before, root.currency) if before else None

    @staticmethod
    def resolve_after(root: _Member, _info: ResolveInfo) -> ShownFigures | None:
        """Of the difference."""
        after = root.difference.after
        return ShownFigures(after, root.currency) if after else None

    @staticmethod
    def resolve_gain(root: _Member, _info: ResolveInfo) -> Cash:
        """In the run's currency."""
        return cash(root.difference.gain, root.currency)


class PreviewedPeriod(ObjectType):
    """A period that the operation touches: its result would be out of date."""

    period = String(required=True, description="The period.")
    plan = String(required=True, description="The plan.")
    run = Int(required=True, description="The number of the run that is its result.")
    reasons = List(NonNull(String), required=True, description="What the operation would bring it.")
    computed = Boolean(required=True, description="Whether it was computed; otherwise the rest is null.")
    why_not = String(description="Why it was not computed.")
    from_result = Boolean(
        description="Whether the figures of before are the result's; otherwise that is out of date already, "
        "and they are those of the company as it is now."
    )
    paid_before = Field(Money, description="All earnings without the operation.")
    paid_after = Field(Money, description="All earnings with it.")
    would_earn_more = Int(description="How many members would earn more.")
    would_earn_less = Int(description="How many members would earn less.")
    computed_for = Int(
        description="How many members were computed, where nobody else could be affected; null if all were."
    )
    left_out = List(
        NonNull(String),
        description="Bonuses that no amount includes: in a company as large as this one nobody computes them "
        "for a preview, because anything may change them for anybody.",
    )
    members_changed = Int(description="How many members would have other figures.")
    members = List(
        NonNull(PreviewedMember),
        description=f"The first {MOST_MEMBERS} of them: whoever gains or loses most comes first.",
    )


class UntouchedPeriod(ObjectType):
    """A period with a result that the operation cannot touch."""

    period = String(required=True, description="The period.")
    plan = String(required=True, description="The plan.")


class PreviewedChange(ObjectType):
    """What an operation would change. Nothing of it is kept, and no number is taken."""

    kind = String(required=True, description="What it is, such as `move`.")
    on = Field(NonNull(Date), description="The first day on which it would hold.")
    changed = List(NonNull(ChangedFact), required=True, description="Places and facts.")
    periods = List(NonNull(PreviewedPeriod), required=True, description="The periods that it touches.")
    untouched = List(NonNull(UntouchedPeriod), required=True, description="The other ones with a result.")


class PreviewChangePayload(ObjectType):
    """What became of a preview."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    preview = Field(PreviewedChange, description="The preview; null where there are errors.")


async def preview_change(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Preview an operation, or say why it cannot be made."""
    _, writing = allow(context)
    named = [name for name in OPERATIONS if arguments.get(name) is not None]
    values: dict[str, Any] = arguments[named[0]] if named else {}

    async def work() -> dict[str, Any]:
        if len(named) != 1:
            raise BadInputError("give exactly one operation", camel(named[1] if named else "move_member"))
        if not 0 <= arguments["periods"] <= MOST_PERIODS:
            raise BadInputError(f"`periods` is a number from 0 to {MOST_PERIODS}", "periods")
        if named == ["place_member"] and not (values.get("by_hand") or values.get("by_rule")):
            raise BadInputError("give `byHand` or `byRule`: a preview reads no preference", "placeMember")
        operation = await operation_of(writing, OPERATIONS[named[0]], values)
        return {"preview": await writing.do(partial(_previewed, operation, arguments["periods"]))}

    return await payload(arguments, work(), lambda error: problems_of(error, values, named[:1]))


def _previewed(operation: kinds.Operation, periods: int, graph: Graph) -> dict[str, Any]:
    made: Preview = preview(graph, operation, periods=periods, seconds=SECONDS)
    return {
        "kind": made.kind, "on": made.on, "changed": made.changed,
        "periods": [_period(each) for each in made.periods],
        "untouched": [{"plan": plan, "period": period} for plan, period in made.untouched],
    }  # fmt: skip


def _period(each: PeriodPreview) -> dict[str, Any]:
    if each.differences is None:
        return each.shown
    return each.shown | {
        "paid_before": cash(each.earned_before, each.cash), "paid_after": cash(each.earned_after, each.cash),
        "members": [_Member(one, each.cash) for one in each.differences[:MOST_MEMBERS]],
    }  # fmt: skip
