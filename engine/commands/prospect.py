"""`upline prospect`: who may become a customer or a member, from the first contact on."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine import ranges
from engine.commands.console import note, out, print_json, settled, table
from engine.commands.figures import number
from engine.commands.member import Fields, On, operation
from engine.commands.options import AsJson, MemberId

if TYPE_CHECKING:
    from engine.answers.prospects import Prospect

app = typer.Typer(
    no_args_is_help=True, help="Prospects of members: add, update, convert, list, show with their history."
)

ProspectId = Annotated[str, typer.Argument(metavar="PROSPECT", help="The prospect's id.")]
Name = Annotated[str | None, typer.Option("--name", help="The name.")]
Source = Annotated[str | None, typer.Option("--source", help="Where the prospect comes from, such as fair.")]
Status = Literal["new", "contacted", "presented", "following_up", "lost"]
"""What a status can be as long as somebody is a prospect."""
AnyStatus = Literal[Status, "customer", "member"]


@operation(app, "add", "add_prospect")
def add(
    prospect_id: ProspectId,
    of: Annotated[str, typer.Option("--of", metavar="MEMBER", help="Whose prospect it is.")],
    name: Name = None,
    source: Source = None,
    status: Annotated[Status, typer.Option("--status", help="How far it has come.")] = "new",
    on: On = None,
) -> Fields:
    """Note a new prospect of a member.

    Example: upline prospect add p7 --of 12 --name Dan --source fair
    """
    return {
        "prospect_id": prospect_id, "member_id": of, "name": name, "source": source, "status": status,
        "on": on,
    }  # fmt: skip


@operation(app, "update", "update_prospect")
def update(
    prospect_id: ProspectId,
    status: Annotated[Status | None, typer.Option("--status", help="How far it has come.")] = None,
    source: Source = None,
    name: Name = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="MEMBER", help="Whose prospect it is from now on.")
    ] = None,
    on: On = None,
) -> Fields:
    """Give a prospect another status, source, name or member; what is left out stays."""
    return {
        "prospect_id": prospect_id, "member_id": to, "name": name, "source": source, "status": status,
        "on": on,
    }  # fmt: skip


@operation(app, "convert", "convert_prospect")
def convert(
    prospect_id: ProspectId,
    as_customer: Annotated[
        str | None,
        typer.Option("--as", metavar="CUSTOMER", help="The customer's id; by default the prospect's."),
    ] = None,
    on: On = None,
) -> Fields:
    """Let a prospect become a customer: a new one, or one who is known already.

    A prospect becomes a member by `upline member enroll --prospect`.
    """
    return {"prospect_id": prospect_id, "customer_id": as_customer, "on": on}


@app.command("list")
def list_(
    member_id: MemberId,
    status: Annotated[AnyStatus | None, typer.Option("--status", help="Only those with this status.")] = None,
    rows: Annotated[int, number(ranges.ROWS, "--rows", help="Show at most so many.")] = 50,
    json: AsJson = False,
) -> None:
    """List the prospects of a member, those who were won too."""
    from engine.access.reach import Reach
    from engine.answers.members import member
    from engine.answers.pages import Stretch
    from engine.answers.prospects import prospects_of

    with settled() as graph:
        member(graph, Reach.everything, member_id)
        page = prospects_of(graph, Reach.everything, member_id, (status,) if status else None, Stretch(rows))
    if json:
        print_json([_plain(each) for each in page.nodes])
        return
    shown = table(None, "prospect", "name", "status", "since", "source", "became")
    for each in page.nodes:
        became = each.became_member or each.became_customer
        since = each.since.isoformat() if each.since else ""
        shown.add_row(each.prospect_id, each.name or "", each.status, since, each.source or "", became or "")
    out.print(shown)
    if page.more:
        note("There are more; --rows shows them.")


@app.command("show")
def show(prospect_id: ProspectId, json: AsJson = False) -> None:
    """Show a prospect with the history of its status: each day, who changed it, and why."""
    from engine.access.reach import Reach
    from engine.answers.prospects import prospect

    with settled() as graph:
        known = prospect(graph, Reach.everything, prospect_id)
    if json:
        print_json(_plain(known))
        return
    name, source = f" {known.name}" if known.name else "", f", source {known.source}" if known.source else ""
    out.print(f"{prospect_id}{name}, a prospect of {known.member_id}{source}", markup=False)
    for each in known.history:
        by = f", by {each.actor}" if each.actor else ""
        why = f": {each.reason}" if each.reason else ""
        since = f" from {each.on} on" if each.on else ""
        out.print(f"{each.status}{since}, change {each.change}{by}{why}", markup=False)
    if known.became_customer:
        out.print(f"has become the customer {known.became_customer}", markup=False)
    if known.became_member:
        out.print(f"has become the member {known.became_member}", markup=False)


def _plain(known: "Prospect") -> dict[str, Any]:
    """A prospect as programs get it."""
    from dataclasses import asdict

    history = [asdict(each) | {"recorded_at": each.recorded_at.isoformat()} for each in known.history]
    return asdict(known) | {"history": history}
