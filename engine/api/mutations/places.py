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
from engine.api.mutations.payloads import (
    CLIENT_ID,
    KEY,
    BadInputError,
    Payload,
    Problem,
    allow,
    payload,
    plain,
    problems,
    request_of,
)
from engine.api.types.people import Member
from engine.errors import UplineError
from engine.genealogy import placement, preferences
from engine.genealogy.changes.requests import Request
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


class PreferPlacementInput(InputObjectType):
    """Whose preference, and which rule."""

    member_id = ID(description="The member, for those whom the member sponsors. Left out: the company.")
    by_rule = InputField(PlacementRuleInput, description="The rule. Left out: none any more.")
    window_days = Int(
        description="Of the company: days of waiting after which `upline place --due` places by the rule."
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
        return {"placement": await writing.do(lambda graph: _place(graph, arguments, actor, request))}

    return await payload(arguments, work(), lambda error: _problems(error, arguments))


def _place(
    graph: Graph, arguments: dict[str, Any], actor: str, request: Request | None
) -> placement.Placement:
    how = place_of(graph, arguments)
    day = arguments.get("on")
    if arguments["dry_run"]:
        return placement.find(graph, arguments["member_id"], how, day)
    return placement.place(
        graph,
        arguments["member_id"],
        how,
        on=day,
        actor=actor,
        reason=arguments.get("reason") or "",
        begin=arguments["begin"],
        request=request,
    )


def place_of(graph: Graph, arguments: dict[str, Any]) -> placement.ByHand | placement.ByRule:
    """The place of `byHand`, the rule of `byRule`, tried on the server first, or the preferred one."""
    if hand := arguments.get("by_hand"):
        return placement.ByHand(hand["parent_id"], hand.get("leg"))
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


def _problems(error: UplineError, arguments: dict[str, Any]) -> list[Problem]:
    """The errors, those of the place with the argument that names it."""
    path = ("input", "byHand" if arguments.get("by_hand") else "byRule")
    if isinstance(error, placement.CannotPlaceError):
        path = ("input", "memberId")
    elif isinstance(error, placement.OneTreeError):
        path = ("input", "begin")
    elif not isinstance(error, placement.NotPlacedError):
        return problems(error)
    return [Problem(each.code, each.message, each.todo, path) for each in problems(error)]
