# mypy: allow-untyped-calls
"""A member of the holding tank takes a place, by hand or by a rule."""

from typing import Any

from graphene import (
    ID,
    Boolean,
    Date,
    DateTime,
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

from engine import ranges
from engine.answers.members import Member as MemberAnswer
from engine.api.context import Context
from engine.api.errors import sentence
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    BadInputError,
    Payload,
    allow,
    payload,
    plain,
    problems_of,
    request_of,
)
from engine.api.types.people import Member
from engine.api.writing import Writing
from engine.genealogy import placement, preferences
from engine.genealogy.changes.requests import Request
from engine.genealogy.operations.kinds import PlaceMember
from engine.genealogy.operations.performing import Instruction
from engine.genealogy.operations.placing import (
    MOST_DUE,
    DuePlacements,
    RefusedPlace,
    find,
    place_some_due,
    placement_of,
    reason_of,
)
from engine.graph.database import Graph
from engine.settings import Settings


class PlaceInput(InputObjectType):
    """A place that you name."""

    parent_id = ID(required=True, description="The member under whom the place is.")
    leg = String(description="The leg, such as left, right or 3; none in a company without legs.")


class PlacementRuleOption(InputObjectType):
    """An option of a placement rule."""

    name = String(required=True, description="The option's name.")
    value = String(required=True, description="Its value, as it is written in a plan.")


class PlacementRuleInput(InputObjectType):
    """A rule that finds a place below the sponsor."""

    name = String(
        required=True,
        description="even_fill, matrix, weak_leg, outer_left, frontline and others, or one of the company.",
    )
    width = Int(description="Places below a member of a matrix.")
    depth = Int(description="Levels below the sponsor that may be filled.")
    options = List(NonNull(PlacementRuleOption), description="Other options of the rule.")


class PlaceMemberInput(InputObjectType):
    """Whom to place and where: by hand, by a rule, or by neither: then by the rule that the sponsor prefers,
    or the company.
    """

    member_id = ID(required=True, description="The member, who waits in the holding tank.")
    by_hand = InputField(PlaceInput, description="The place itself.")
    by_rule = InputField(PlacementRuleInput, description="A rule that finds it.")
    on = Date(description="From which day on. Default: today in the company's time zone.")
    reason = String(description="Why, for the history.")
    begin = Boolean(
        default_value=False, description="Begin a placement tree, in a company that has one tree so far."
    )
    dry_run = Boolean(default_value=False, description="Find the place, and place nobody.")
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class TakenPlace(ObjectType):
    """Where a member is placed, or would be."""

    member_id = ID(required=True, description="The member's id.")
    sponsor_id = ID(required=True, description="The sponsor's id.")
    parent_id = ID(required=True, description="The member under whom the place is.")
    leg = String(description="The leg, as the company writes it; null in a company without legs.")
    since = Date(required=True, description="The first day.")
    as_of = DateTime(
        description="Of when the figures are by which the rule found the place; null where it went by the "
        "tree of today."
    )
    member = Field(Member, description="The member as of today.")

    @staticmethod
    async def resolve_member(root: placement.Placement, info: ResolveInfo) -> MemberAnswer | None:
        """The member, read after the change."""
        context: Context = info.context
        member: MemberAnswer | None = await context.members.load(root.member_id)
        return member


class PlaceMemberPayload(ObjectType):
    """What became of a placement."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    placement = Field(TakenPlace, description="The place; null where there are errors.")


class PlaceDueInput(InputObjectType):
    """Whom to place of those whose window has ended: they come in the order of their enrolment."""

    first = Int(default_value=MOST_DUE, description=f"How many of them, at most {MOST_DUE}.")
    skip = Int(
        default_value=0,
        description="How many to pass over first: those who found no place before, who still wait in front.",
    )
    on = Date(description="From which day on. Default: today in the company's time zone.")
    reason = String(description="Why, for the history.")
    dry_run = Boolean(
        default_value=False,
        description="Find the places, each as if nobody else were placed, and place nobody.",
    )
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class NotPlaced(ObjectType):
    """A member who found no place, and why."""

    member_id = ID(required=True, description="The member's id.")
    code = String(required=True, description="A stable name, such as `no_free_place`.")
    message = String(required=True, description="Why, for a person.")
    todo = String(description="What to do about it.")
    member = Field(Member, description="The member as of today.")

    @staticmethod
    def resolve_message(root: RefusedPlace, _info: ResolveInfo) -> str:
        """As errors of payloads have it."""
        return sentence(root.message)

    @staticmethod
    async def resolve_member(root: RefusedPlace, info: ResolveInfo) -> MemberAnswer | None:
        """The member, who still waits."""
        context: Context = info.context
        member: MemberAnswer | None = await context.members.load(root.member_id)
        return member


class PlaceDuePayload(ObjectType):
    """What became of those whose window has ended."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    placements = List(NonNull(TakenPlace), required=True, description="The places that were taken, in order.")
    not_placed = List(
        NonNull(NotPlaced), required=True, description="Who found no place; that stops nobody else."
    )
    left = Int(
        description="How many more have waited long enough and were not tried; null where there are errors."
    )


class PreferPlacementInput(InputObjectType):
    """Whose preference, and which rule."""

    member_id = ID(description="The member, for those whom the member sponsors. Left out: the company.")
    by_rule = InputField(PlacementRuleInput, description="The rule. Left out: none any more.")
    window_days = Int(
        description="Of the company: days of waiting after which `placeDue` places by the rule."
    )
    reason = String(description="Why, for the history.")
    idempotency_key = KEY
    client_mutation_id = CLIENT_ID


class PreferPlacementPayload(ObjectType):
    """What became of a preference."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    change = Int(description="The number of the change; null where there are errors.")


async def prefer_placement(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Keep a preference, or say why not."""
    actor, writing = allow(context)

    async def work() -> dict[str, Any]:
        _check_rule(arguments)
        if arguments.get("window_days") is not None and (
            arguments.get("member_id") is not None or not arguments.get("by_rule")
        ):
            raise BadInputError("a window is the company's, and goes with a rule", "windowDays")
        request = request_of(actor, "prefer", plain(arguments))
        return {"change": await writing.do(lambda graph: _prefer(graph, arguments, actor, request))}

    return await payload(arguments, work())


def _prefer(graph: Graph, arguments: dict[str, Any], actor: str, request: Request | None) -> int:
    rule = arguments.get("by_rule")
    kept = None
    if rule is not None:
        kept = preferences.Preference(rule["name"], _options(rule), arguments.get("window_days"))
    return preferences.prefer(
        graph,
        arguments.get("member_id"),
        kept,
        actor=actor,
        reason=arguments.get("reason") or "",
        company=Settings().rules,
        request=request,
    )


async def place_member(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Place a member, or say why not."""
    actor, writing = allow(context)

    async def work() -> dict[str, Any]:
        one_way(arguments)
        request = request_of(actor, "place", plain(arguments))
        how = await place_meant(writing, arguments)
        member_id, day, begin = arguments["member_id"], arguments.get("on"), arguments["begin"]
        if arguments["dry_run"]:
            return {
                "placement": await writing.do(lambda graph: find(graph, member_id, how, day, begin=begin))
            }
        operation = PlaceMember(member_id=member_id, how=how, on=day, begin=begin)
        reason = reason_of(how, arguments.get("reason") or "")
        done = await writing.operate(Instruction(operation, actor, reason, request))
        return {"placement": placement_of(done)}

    return await payload(arguments, work(), lambda error: problems_of(error, arguments))


async def place_due(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
    """Place those whose window has ended, or say why nobody is."""
    actor, writing = allow(context)

    async def work() -> dict[str, Any]:
        first, skip = arguments["first"], arguments["skip"]
        if not 1 <= first <= MOST_DUE:
            raise BadInputError(f"`first` is {first}, not 1 to {MOST_DUE}", "first")
        if skip < 0:
            raise BadInputError(f"`skip` is {skip}, not 0 or more", "skip")
        request = request_of(actor, "place_due", plain(arguments))
        due = await writing.do(lambda graph: _place_due(graph, arguments, actor, request))
        return {"placements": due.placed, "not_placed": due.refused, "left": due.left}

    return await payload(arguments, work(), placements=[], not_placed=[])


def _place_due(graph: Graph, arguments: dict[str, Any], actor: str, request: Request | None) -> DuePlacements:
    return place_some_due(
        graph, arguments["first"], arguments["skip"], on=arguments.get("on"), actor=actor,
        reason=arguments.get("reason") or "", company=Settings().rules, dry_run=arguments["dry_run"],
        request=request,
    )  # fmt: skip


async def place_meant(writing: Writing, arguments: dict[str, Any]) -> placement.ByHand | placement.ByRule:
    """The place that an input means: `byHand`, or a rule, which is tried on the server first."""
    if hand := arguments.get("by_hand"):
        return placement.ByHand(hand["parent_id"], hand.get("leg"))
    return await writing.do(lambda graph: _rule_of(graph, arguments))


def _rule_of(graph: Graph, arguments: dict[str, Any]) -> placement.ByRule:
    """The rule of `byRule`, or the preferred one."""
    rule = arguments.get("by_rule")
    if rule is None:
        return preferences.preferred(graph, arguments["member_id"], Settings().rules)
    return placement.vetted(graph, rule["name"], _options(rule), Settings().rules)


def one_way(arguments: dict[str, Any]) -> None:
    """Raise BadInputError where both a place and a rule are given, or a matrix cannot be so large."""
    if arguments.get("by_hand") and arguments.get("by_rule"):
        raise BadInputError("give either `byHand` or `byRule`", "byHand")
    _check_rule(arguments)


def _check_rule(arguments: dict[str, Any]) -> None:
    for name in ("width", "depth"):
        value = (arguments.get("by_rule") or {}).get(name)
        if value is not None and not ranges.DEPTH.least <= value <= ranges.DEPTH.most:
            words = f"`{name}` is {value}, not {ranges.DEPTH.least} to {ranges.DEPTH.most}"
            raise BadInputError(words, "byRule")


def _options(rule: dict[str, Any]) -> dict[str, str]:
    texts = {each["name"]: each["value"] for each in rule.get("options") or ()}
    return texts | {name: str(rule[name]) for name in ("width", "depth") if rule.get(name) is not None}
