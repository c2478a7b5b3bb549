# mypy: allow-untyped-calls
"""Operations on people and trees: a mutation for each kind, with inputs made of the kinds' own fields."""

import asyncio
from dataclasses import MISSING, fields
from dataclasses import Field as DataclassField
from functools import cache
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

from engine.access.areas import Area, Scope
from engine.access.reach import Reach
from engine.access.viewer import Role
from engine.answers.members import Member as MemberAnswer
from engine.api.context import Context
from engine.api.errors import NotAllowedError
from engine.api.mutations.changed import ChangedThing
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
from engine.api.mutations.places import PlaceInput, PlacementRuleInput, one_way, place_meant
from engine.api.types.people import Member
from engine.api.types.scalars import ProspectStatus, enum_value
from engine.api.types.trees import Tree
from engine.api.writing import Writing
from engine.genealogy.operations import kinds
from engine.genealogy.operations.performing import Done, Instruction

MEANINGS = {
    "member_id": "The member.",
    "parent_id": "The member under whom the new place is.",
    "sponsor_id": "The sponsor.",
    "other_id": "The other member.",
    "customer_id": "The customer.",
    "prospect_id": "The prospect.",
    "source": "Where the prospect comes from, such as fair.",
    "status": "How far the prospect has come.",
    "owner_id": "The owner, where one owns several positions.",
    "name": "The name.",
    "country": "The country.",
    "leg": "The leg, such as left, right or 3; none in a company, or a tree, without legs.",
    "alone": "Leave the group behind: whoever is directly below goes up by one level.",
    "groups": "Let the groups go with them; otherwise they stay.",
    "tree": "In which tree.",
    "root": "Let the member have no sponsor.",
    "begin": "Begin a placement tree, in a company that has one tree so far.",
    "customers_only": "Leave the trees as they are.",
    "member_ids": "The members; none where a rule finds them.",
    "terminated": "Find whoever is terminated.",
    "inactive_periods": "Find whoever was inactive in each of so many periods, the latest complete ones.",
    "plan": "The plan whose periods these are, where several have run.",
    "accept_valid": "Leave whoever cannot be rolled up; otherwise one such member refuses all.",
    "number": "The number of the change.",
    "on": "From which day on. Default: today in the company's time zone.",
}
"""What each field of an operation is."""
OF_KINDS = {
    kinds.EnrollMember: {
        "prospect_id": "The prospect whom the new member was. Then sponsor and name are the prospect's, "
        "unless you give others.",
    },
    kinds.EnrollCustomer: {
        "member_id": "The id of the new member. Default: the customer's.",
        "sponsor_id": "The sponsor. Default: whom the customer belongs to.",
    },
    kinds.AddProspect: {
        "prospect_id": "The id of the new prospect.",
        "member_id": "The member whose prospect it is.",
    },
    kinds.UpdateProspect: {"member_id": "The member whose prospect it is from now on."},
    kinds.ConvertProspect: {"customer_id": "The customer's id. Default: the prospect's."},
}
"""The same where an operation means something else by it."""
PLACE_CODES = "`place_taken`, `unknown_place`, `circle`, `before_enrolment`, `one_tree`"
MUTATIONS: dict[str, tuple[type[kinds.Operation], str]] = {
    "enroll_member": (
        kinds.EnrollMember,
        "`member_exists`, `sponsor_missing`, `cannot_sponsor`, `bad_id`, `bad_text`, `future_day`, "
        "`unknown_prospect`, `wrong_status`, `later_change`, "
        f"`no_free_place`, {PLACE_CODES}",
    ),
    "move_member": (
        kinds.MoveMember,
        f"`still_waiting`, `group_cannot_roll_up`, `nothing_changes`, {PLACE_CODES}",
    ),
    "change_sponsor": (
        kinds.ChangeSponsor, f"`cannot_sponsor`, `group_cannot_roll_up`, `nothing_changes`, {PLACE_CODES}",
    ),
    "swap_members": (kinds.SwapMembers, f"`root_has_no_place`, `nothing_changes`, {PLACE_CODES}"),
    "suspend_member": (kinds.SuspendMember, "`wrong_status`, `later_change`"),
    "reinstate_member": (kinds.ReinstateMember, "`wrong_status`, `later_change`"),
    "terminate_member": (kinds.TerminateMember, "`wrong_status`, `later_change`"),
    "change_owner": (kinds.ChangeOwner, "`nothing_changes`, `bad_id`, `later_change`"),
    "move_customer": (
        kinds.MoveCustomer,
        "`unknown_customer`, `cannot_sponsor`, `nothing_changes`, `later_change`",
    ),
    "enroll_customer": (
        kinds.EnrollCustomer,
        "`unknown_customer`, `member_exists`, `wrong_status`, `cannot_sponsor`, `bad_id`, `later_change`, "
        f"`future_day`, {PLACE_CODES}",
    ),
    "add_prospect": (
        kinds.AddProspect,
        "`prospect_exists`, `cannot_sponsor`, `wrong_status`, `bad_id`, `bad_text`, `future_day`, "
        "`before_enrolment`",
    ),
    "update_prospect": (
        kinds.UpdateProspect,
        "`unknown_prospect`, `cannot_sponsor`, `wrong_status`, `bad_text`, `nothing_changes`, `future_day`, "
        "`later_change`, `before_enrolment`",
    ),
    "convert_prospect": (
        kinds.ConvertProspect,
        "`unknown_prospect`, `prospect_exists`, `cannot_sponsor`, `wrong_status`, `bad_id`, `future_day`, "
        "`later_change`, `before_enrolment`",
    ),
    "roll_up_member": (
        kinds.RollUpMember,
        "`group_cannot_roll_up`, `nothing_changes`, `circle`, `later_change`",
    ),
    "roll_up_members": (
        kinds.RollUpMembers,
        "`members_or_rule`, `too_few_runs`, `group_cannot_roll_up`, `nothing_changes`, `circle`, "
        "`before_enrolment`, `future_day`, `later_change`",
    ),
    "merge_members": (
        kinds.MergeMembers,
        "`cannot_sponsor`, `still_waiting`, `root_has_no_place`, `group_cannot_roll_up`, `nothing_changes`, "
        f"`later_change`, {PLACE_CODES}",
    ),
    "take_back": (
        kinds.TakeBack,
        "`unknown_change`, `cannot_take_back`, and what the operation of before could be refused for",
    ),
}  # fmt: skip
"""Each mutation: its operation, and the codes of its own refusals."""
ALWAYS = "`unknown_member`, `change_under_way`, `bad_input`, `key_reused`, `still_working`"


class ChangedFact(ObjectType):
    """One thing that a change has changed."""

    what = Field(NonNull(ChangedThing), description="What.")
    id = ID(required=True, description="Of which member, customer or prospect.")
    before = String(description="The value of before, on the first day of the change; null for none.")
    after = String(description="The value from that day on.")
    leg_before = String(description="The leg of before, of a place that has one.")
    leg_after = String(description="The leg from that day on.")


class RecordedChange(ObjectType):
    """A numbered change of people or trees. It is never erased; `takeBack` takes its number."""

    number = Int(required=True, description="Its number.")
    kind = String(required=True, description="What it was, such as `move`.")
    on = Field(NonNull(Date), description="The first day on which it holds.")
    recorded_at = Field(NonNull(DateTime), description="When it was made.")
    actor = String(required=True, description="Who made it.")
    reason = String(required=True, description="Why; empty if nobody said.")
    undoes = Int(description="The number of the change that it takes back.")
    changed = List(NonNull(ChangedFact), required=True, description="What it has changed.")
    members = List(NonNull(Member), description="The members that it names, as of today.")

    @staticmethod
    async def resolve_members(root: Done, info: ResolveInfo) -> list[MemberAnswer]:
        """The members within reach, read after the change."""
        context: Context = info.context
        loads = (context.members.load(member_id) for member_id in root.member_ids[:MOST_MEMBERS])
        loaded = await asyncio.gather(*loads)
        return [each for each in loaded if each is not None]


MOST_MEMBERS = 20
"""Members that a change shows; `changed` lists all of them by id."""


class ChangePayload(ObjectType):
    """What became of an operation."""

    class Meta:
        """What it has in common with every payload."""

        interfaces = (Payload,)

    change = Field(RecordedChange, description="The change; null where there are errors.")


@cache
def input_of(name: str) -> type[InputObjectType]:
    """The input of a mutation: the fields of its operation, and what every mutation takes."""
    kind = MUTATIONS[name][0]
    attributes: dict[str, Any] = {"__doc__": _words(kind)}
    for each in fields(kind):
        if each.name == "on" and kind is kinds.TakeBack:
            continue  # the day is that of the change
        if each.name == "how":
            attributes["by_hand"] = InputField(PlaceInput, description="The place itself, taken at once.")
            attributes["by_rule"] = InputField(PlacementRuleInput, description="A rule that finds it.")
            continue
        meaning = OF_KINDS.get(kind, {}).get(each.name) or MEANINGS.get(each.name, "")
        attributes[each.name] = _field(each, meaning)
    attributes |= {
        "reason": String(description="Why, for the history."),
        "idempotency_key": KEY,
        "client_mutation_id": CLIENT_ID,
    }
    return type(f"{_title(name)}Input", (InputObjectType,), attributes)


def _field(each: DataclassField[Any], meaning: str) -> InputField:
    """The field of an input for one of an operation."""
    of = type_of(each)
    if each.default is MISSING:
        return InputField(of, required=True, description=meaning)
    chosen = of in (Boolean, Tree, ProspectStatus) and each.default is not None
    default = {"default_value": each.default} if chosen else {}
    return InputField(of, description=meaning, **default)


def type_of(each: DataclassField[Any]) -> Any:
    """What the API takes for a field of an operation."""
    if each.name in ("tree", "on"):
        return Tree if each.name == "tree" else Date
    if each.name == "status":
        return ProspectStatus
    if each.type is bool:
        return Boolean
    if each.name == "member_ids":
        return List(NonNull(ID))
    return Int if each.type is int else ID if each.name.endswith("_id") else String


def _words(kind: type[kinds.Operation]) -> str:
    """What a kind of operation does, without what speaks of fields as Python has them."""
    return (kind.__doc__ or "").partition("\n\n    `")[0]


def _title(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))


def _mutation(name: str) -> Field:
    """The field of the root type."""
    kind, codes = MUTATIONS[name]
    summary = " ".join(_words(kind).split())

    async def step(context: Context, arguments: dict[str, Any]) -> dict[str, Any]:
        return await operate(context, kind, arguments)

    description = f"{summary} Codes: {codes}, {ALWAYS}."
    return mutation(ChangePayload, input_of(name), "Who, and from when on.", description, step)


class Operations:
    """The mutations of people and trees, which the root type has; no type of its own."""

    for _name in MUTATIONS:
        locals()[_name] = _mutation(_name)
    del _name


async def operate(context: Context, kind: type[kinds.Operation], arguments: dict[str, Any]) -> dict[str, Any]:
    """Do an operation, or say why not."""
    actor, writing = _allowed(context, kind, arguments)

    async def work() -> dict[str, Any]:
        request = request_of(actor, kind.kind, plain(arguments))
        operation = await operation_of(writing, kind, arguments)
        instruction = Instruction(operation, actor, arguments.get("reason") or "", request)
        return {"change": await writing.operate(instruction)}

    return await payload(arguments, work(), lambda error: problems_of(error, arguments))


def _allowed(context: Context, kind: type[kinds.Operation], arguments: dict[str, Any]) -> tuple[str, Writing]:
    """The actor and what makes the change. A member may enroll into the own frontline if the company lets
    members do so; everything else is for those whose role may change something.
    """
    reach: Reach = context.reach
    own = reach.viewer.role is Role.MEMBER and reach.policy.enroll and kind is kinds.EnrollMember
    if not own or context.writing is None or reach.scope(Area.OPERATE) is not Scope.NOBODY:
        return allow(context)
    beyond = [
        name
        for name in ("by_hand", "by_rule", "on", "owner_id", "prospect_id")
        if arguments.get(name) is not None
    ]
    if (
        arguments.get("sponsor_id") != reach.viewer.member_id
        or arguments["root"]
        or arguments["begin"]
        or beyond
    ):
        raise NotAllowedError(
            "you may enroll new members below yourself, from today on, without a place or an owner",
            todo="Give your own id as the sponsor.",
        )
    return reach.viewer.subject, context.writing


async def operation_of(
    writing: Writing, kind: type[kinds.Operation], arguments: dict[str, Any]
) -> kinds.Operation:
    """The operation that an input means."""
    values = {
        each.name: enum_value(arguments[each.name])
        for each in fields(kind)
        if arguments.get(each.name) is not None
    }
    if "member_ids" in values:
        values["member_ids"] = tuple(values["member_ids"])
    one_way(arguments)
    if arguments.get("by_hand") or arguments.get("by_rule"):
        values["how"] = await place_meant(writing, arguments)
    return kind(**values)
