"""`upline member`: operations on people and trees, each one numbered change."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from functools import partial, wraps
from inspect import Signature, signature
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine import ranges
from engine.commands.console import note, out, print_json, settled
from engine.commands.figures import Day, Figure, number
from engine.commands.options import Actor, AsJson, MemberId, Reason
from engine.errors import UplineError
from engine.text import pairs

if TYPE_CHECKING:
    from engine.genealogy.operations.performing import Changed, Done

app = typer.Typer(
    no_args_is_help=True,
    help="Change people and trees: enroll, move, swap, suspend, terminate, take back.",
)

On = Annotated[
    date | None, typer.Option("--on", parser=Day("--on"), help="From this day on; by default from today on.")
]
Key = Annotated[
    str | None, typer.Option("--key", help="A text that names this request: sent again, it is done once.")
]
Preview = Annotated[
    bool, typer.Option("--preview", help="Change nothing: show whose volumes, ranks and pay would be others.")
]
Leg = Annotated[str | None, typer.Option("--leg", help="The leg, such as left, right or 3.")]
Under = Annotated[
    str | None, typer.Option("--under", metavar="MEMBER", help="Take the place under this member.")
]
Rule = Annotated[str | None, typer.Option("--rule", help="Take the place that this placement rule finds.")]
Options = Annotated[list[str] | None, typer.Option("--set", help="An option of the placement rule: width=3.")]
Begin = Annotated[bool, typer.Option("--begin", help="Begin a placement tree in a company of one tree.")]
CustomerId = Annotated[str, typer.Argument(metavar="CUSTOMER", help="The customer's id.")]
WORDS = {
    "enrolled": ("is a member", ""),
    "sponsor": ("is sponsored by {}", "has no sponsor"),
    "placement": ("is placed under {}", "waits for a place"),
    "status": ("is {}", ""),
    "owner": ("is owned by {}", "has no owner of its own"),
    "customer": ("is a customer of {}", ""),
    "customer_added": ("is a customer of {}", ""),
    "became": ("is the member {}", "is a customer"),
    "came_from": ("comes from the prospect {}", "comes from no prospect"),
    "prospect": ("is a prospect of {}", ""),
    "prospect_added": ("is a prospect of {}", ""),
    "prospect_name": ("is called {}", "has no name"),
    "prospect_source": ("has the source {}", "has no source"),
    "prospect_status": ("has the status {}", ""),
    "prospect_became": ("has become {}", "is a prospect again"),
}
"""What somebody is after a change, with a value and without one."""


class TwoPlacesError(UplineError):
    """Both a place and a rule that finds one are given."""


Fields = dict[str, Any]
"""The fields of an operation."""


def _shared(
    actor: Actor = "upline",
    reason: Reason = "",
    key: Key = None,
    preview: Preview = False,
    json: AsJson = False,
) -> None:
    """The options of every operation; `_do` takes them."""


def operation(
    of: typer.Typer, verb: str, kind: str | None = None
) -> Callable[[Callable[..., Fields]], Callable[..., None]]:
    """Make a command of a function that returns the fields of an operation; by default its kind is the verb.

    The command takes the arguments of the function, and the options of every operation.
    """

    def register(function: Callable[..., Fields]) -> Callable[..., None]:
        own, shared = (signature(each).parameters for each in (function, _shared))

        @wraps(function)
        def command(**values: Any) -> None:
            fields = function(**{name: values.pop(name) for name in own})
            _do(kind or verb.replace("-", "_"), fields, **values)

        # Typer reads what a command takes from both.
        command.__dict__["__signature__"] = Signature([*own.values(), *shared.values()])
        command.__annotations__ = {**function.__annotations__, **_shared.__annotations__}
        return of.command(verb)(command)

    return register


_operation = partial(operation, app)


@_operation("enroll")
def enroll(
    member_id: MemberId,
    sponsor: Annotated[str | None, typer.Option("--sponsor", metavar="MEMBER", help="The sponsor.")] = None,
    name: Annotated[str | None, typer.Option("--name", help="The name.")] = None,
    country: Annotated[str | None, typer.Option("--country", help="The country.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="The owner of several positions.")] = None,
    under: Under = None,
    leg: Leg = None,
    rule: Rule = None,
    options: Options = None,
    prospect: Annotated[
        str | None, typer.Option("--prospect", help="The prospect whom the new member was.")
    ] = None,
    root: Annotated[bool, typer.Option("--root", help="Let the member have no sponsor.")] = False,
    begin: Begin = False,
    on: On = None,
) -> Fields:
    """Enroll a new member below a sponsor: into a place, or into the holding tank.

    Example: upline member enroll 1234 --sponsor 12 --under 120 --leg left
    """
    return {
        "member_id": member_id,
        "sponsor_id": sponsor,
        "name": name,
        "country": country,
        "owner_id": owner,
        **_place(under, leg, rule, options),
        "prospect_id": prospect,
        "root": root,
        "begin": begin,
        "on": on,
    }


@_operation("move")
def move(
    member_id: MemberId,
    under: Annotated[str, typer.Option("--under", metavar="MEMBER", help="Under this member.")],
    leg: Leg = None,
    alone: Annotated[bool, typer.Option("--alone", help="Leave the group behind; it goes up.")] = False,
    on: On = None,
) -> Fields:
    """Move a member below another one in the placement tree, with the group or alone."""
    return {"member_id": member_id, "parent_id": under, "leg": leg, "alone": alone, "on": on}


@_operation("sponsor", "change_sponsor")
def sponsor(
    member_id: MemberId,
    to: Annotated[str, typer.Option("--to", metavar="MEMBER", help="The new sponsor.")],
    leg: Leg = None,
    alone: Annotated[bool, typer.Option("--alone", help="Leave the recruits to the old sponsor.")] = False,
    on: On = None,
) -> Fields:
    """Give a member another sponsor; the first one stays on record."""
    return {"member_id": member_id, "sponsor_id": to, "leg": leg, "alone": alone, "on": on}


@_operation("swap")
def swap(
    member_id: MemberId,
    other_id: Annotated[str, typer.Argument(metavar="OTHER", help="The other member's id.")],
    tree: Annotated[
        Literal["placement", "sponsor"], typer.Option("--tree", help="In which tree.")
    ] = "placement",
    groups: Annotated[bool, typer.Option("--groups", help="Let the groups go with them.")] = False,
    on: On = None,
) -> Fields:
    """Let two members take each other's place, each alone or with their groups."""
    return {"member_id": member_id, "other_id": other_id, "tree": tree, "groups": groups, "on": on}


@_operation("suspend")
def suspend(member_id: MemberId, on: On = None) -> Fields:
    """Suspend an active member."""
    return {"member_id": member_id, "on": on}


@_operation("reinstate")
def reinstate(member_id: MemberId, on: On = None) -> Fields:
    """Make a suspended or terminated member active again, in the place that was kept."""
    return {"member_id": member_id, "on": on}


@_operation("terminate")
def terminate(member_id: MemberId, on: On = None) -> Fields:
    """Terminate a member; the place in the trees stays."""
    return {"member_id": member_id, "on": on}


@_operation("owner", "change_owner")
def owner(
    member_id: MemberId,
    to: Annotated[str | None, typer.Option("--to", metavar="OWNER", help="The new owner.")] = None,
    on: On = None,
) -> Fields:
    """Give a position to another owner; without --to, to nobody in particular."""
    return {"member_id": member_id, "owner_id": to, "on": on}


@_operation("customer", "move_customer")
def customer(
    customer_id: CustomerId,
    to: Annotated[
        str, typer.Option("--to", metavar="MEMBER", help="Whom the customer belongs to from now on.")
    ],
    on: On = None,
) -> Fields:
    """Give a customer to another member."""
    return {"customer_id": customer_id, "member_id": to, "on": on}


@_operation("enroll-customer")
def enroll_customer(
    customer_id: CustomerId,
    as_member: Annotated[
        str | None,
        typer.Option("--as", metavar="MEMBER", help="The id of the new member; by default the same."),
    ] = None,
    sponsor: Annotated[
        str | None,
        typer.Option("--sponsor", metavar="MEMBER", help="By default whom the customer belongs to."),
    ] = None,
    under: Under = None,
    leg: Leg = None,
    rule: Rule = None,
    options: Options = None,
    on: On = None,
) -> Fields:
    """Let a customer become a member; what the customer has bought stays the customer's."""
    return {
        "customer_id": customer_id,
        "member_id": as_member,
        "sponsor_id": sponsor,
        **_place(under, leg, rule, options),
        "on": on,
    }


@_operation("roll-up")
def roll_up(
    member_id: MemberId,
    customers_only: Annotated[bool, typer.Option("--customers-only", help="Move customers alone.")] = False,
    on: On = None,
) -> Fields:
    """Roll a member up for good: whoever is directly below goes up, and so do the customers."""
    return {"member_id": member_id, "customers_only": customers_only, "on": on}


@_operation("roll-up-all")
def roll_up_all(
    member_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[MEMBER]...", help="These members, instead of a rule.")
    ] = None,
    terminated: Annotated[bool, typer.Option("--terminated", help="Whoever is terminated.")] = False,
    inactive_periods: Annotated[
        int,
        number(ranges.INACTIVE, "--inactive", help="Whoever was inactive in this many periods."),
    ] = 0,
    plan: Annotated[
        str | None, typer.Option("--plan", help="The plan's name, where several have run.")
    ] = None,
    customers_only: Annotated[bool, typer.Option("--customers-only", help="Move customers alone.")] = False,
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Leave whoever cannot be rolled up; otherwise refuse all.")
    ] = False,
    on: On = None,
) -> Fields:
    """Roll many members up for good, as one change: those named, or whom a rule finds.

    Example: upline member roll-up-all --terminated --inactive 6 --accept-valid
    """
    return {
        "member_ids": tuple(member_ids or ()), "terminated": terminated,
        "inactive_periods": inactive_periods, "plan": plan, "customers_only": customers_only,
        "accept_valid": accept_valid, "on": on,
    }  # fmt: skip


@_operation("merge")
def merge(
    other_id: Annotated[str, typer.Argument(metavar="OTHER", help="The position that ends.")],
    into: Annotated[str, typer.Option("--into", help="The member who gets its group and customers.")],
    on: On = None,
) -> Fields:
    """Merge a position into a member's: the group and the customers move, then it is terminated."""
    return {"member_id": into, "other_id": other_id, "on": on}


@_operation("take-back")
def take_back(
    change: Annotated[
        int,
        typer.Argument(
            metavar="CHANGE", parser=Figure(ranges.RUN, "CHANGE"), help="The number of the change."
        ),
    ],
) -> Fields:
    """Take an earlier operation back by its number; both stay on record."""
    return {"number": change}


def _place(under: str | None, leg: str | None, rule: str | None, options: list[str] | None) -> Fields:
    """The place that the options name; a leg without a parent is one of the sponsor's."""
    from engine.genealogy import placement
    from engine.settings import Settings

    if under is not None and rule is not None:
        raise TwoPlacesError("both --under and --rule are given", todo="Give one of them.")
    if under is not None:
        return {"how": placement.ByHand(under, leg)}
    if rule is None:
        return {"leg": leg}
    return {"leg": leg, "how": placement.options(rule, pairs(options or ()), Settings().rules)}


def _do(
    kind: str, fields: Fields, *, actor: str, reason: str, key: str | None, preview: bool, json: bool
) -> None:
    """Do one operation and show what it has changed; with `preview` only show what it would change."""
    from engine.genealogy.operations.kinds import KINDS
    from engine.genealogy.operations.performing import perform

    operation = KINDS[kind](**fields)
    if preview:
        from engine.commands import previews

        previews.show(operation, json=json)
        return
    with settled() as graph:
        done = perform(graph, operation, actor=actor, reason=reason, key=key)
    if json:
        print_json(plain(done))
        return
    for each in done.changed:
        out.print(sentence(each, done.on), markup=False)
    note(f"change {done.number}")


def sentence(changed: "Changed", on: date) -> str:
    """What has changed, in a sentence."""
    if changed.what == "stayed":
        return f"{changed.id} could not be rolled up in the {changed.after} tree"
    with_value, without = WORDS[changed.what]
    words = without if changed.after is None else with_value.format(changed.after)
    leg = f" in leg {changed.leg_after}" if changed.leg_after else ""
    return f"{changed.id} {words}{leg} from {on} on"


def plain(done: "Done") -> dict[str, Any]:
    """A change as programs get it."""
    return {
        "change": done.number, "kind": done.kind, "on": done.on.isoformat(),
        "recorded_at": done.recorded_at.isoformat(), "actor": done.actor, "reason": done.reason,
        "undoes": done.undoes, "changed": [asdict(each) for each in done.changed],
    }  # fmt: skip
