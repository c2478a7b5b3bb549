"""`upline ledger`: what is booked by hand, held and released, what is due, and the company's rules for it."""

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine import ranges
from engine.commands.console import iso_text, note, out, print_json, settled, table
from engine.commands.figures import Day, Figure, number
from engine.commands.options import Actor, AsJson, MemberId, Reason

if TYPE_CHECKING:
    from engine.ledger.adjusting import Posting
    from engine.ledger.paying import Due

Number = Annotated[
    int,
    typer.Argument(metavar="POSTING", parser=Figure(ranges.BATCH, "POSTING"), help="Its number."),
]
Key = Annotated[
    str | None, typer.Option("--key", help="A text that names this request: sent again, it is done once.")
]
CurrencyCode = Annotated[
    str | None, typer.Option("--currency", help="The currency, where the ledger has several or none yet.")
]
Kind = Literal["opening", "correction", "goodwill", "award", "charge", "other"]
State = Literal["proposed", "booked", "rejected"]


def register(app: typer.Typer) -> None:
    """Add the commands to the group `upline ledger`."""
    for name, command in COMMANDS.items():
        app.command(name, context_settings=NEGATIVE if name == "adjust" else None)(command)


NEGATIVE = {"ignore_unknown_options": True}
"""An amount such as -12.50 is no option."""


def adjust(
    member_id: MemberId,
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="Such as 12.50; -12.50 against the member.")
    ],
    kind: Annotated[Kind, typer.Option("--kind", help="What it is.")],
    currency: CurrencyCode = None,
    key: Key = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Book an amount in favour of a member or, below zero, against the member, for a --reason.

    Example: upline ledger adjust 12 -12.50 --kind correction --reason "paid twice in May"
    """
    from engine.genealogy.changes.requests import request
    from engine.ledger import adjusting

    arguments = {"member": member_id, "amount": amount, "kind": kind, "currency": currency}
    with settled() as graph:
        done = adjusting.adjust(
            graph, member_id, amount, type=kind, currency=currency, actor=actor, reason=reason,
            request=request(actor, key, "adjust", arguments),
        )  # fmt: skip
    _show(done, json=json)


def reverse(
    posting: Number, key: Key = None, actor: Actor = "upline", reason: Reason = "", json: AsJson = False
) -> None:
    """Take an adjustment back, for a --reason: the opposite is booked, and both stay."""
    from engine.genealogy.changes.requests import request
    from engine.ledger import adjusting

    with settled() as graph:
        done = adjusting.reverse(
            graph, posting, actor=actor, reason=reason,
            request=request(actor, key, "reverse", {"posting": posting}),
        )  # fmt: skip
    _show(done, json=json)


def approve(posting: Number, actor: Actor = "upline", reason: Reason = "", json: AsJson = False) -> None:
    """Approve what another person has proposed: it is booked now."""
    from engine.ledger import adjusting

    with settled() as graph:
        done = adjusting.approve(graph, posting, actor=actor, reason=reason)
    _show(done, json=json)


def reject(posting: Number, actor: Actor = "upline", reason: Reason = "", json: AsJson = False) -> None:
    """Decide that what was proposed is not booked, for a --reason."""
    from engine.ledger import adjusting

    with settled() as graph:
        done = adjusting.reject(graph, posting, actor=actor, reason=reason)
    _show(done, json=json)


def postings(
    member_id: Annotated[str | None, typer.Option("--member", help="Only those of this member.")] = None,
    state: Annotated[State | None, typer.Option("--state", help="Only those in this state.")] = None,
    json: AsJson = False,
) -> None:
    """List what was booked by hand, and what waits for another person's approval, the latest first."""
    from engine.ledger import adjusting

    with settled() as graph:
        rows = adjusting.postings(graph, state, member_id)
    if json:
        print_json([_plain(each) for each in rows])
        return
    columns = ("posting", "what", "state", "member", "amount", "currency", "by", "decided by", "why")
    page = table(None, *columns, right=("posting", "amount"))
    for each in rows:
        what = f"{each.kind} ({each.type})" if each.type else each.kind
        page.add_row(
            str(each.number), what, each.state, each.member_id, each.cash.amount(each.amount),
            each.cash.currency, each.actor, each.decided_by or "", each.reason,
        )  # fmt: skip
    out.print(page)


def hold(
    member_id: MemberId,
    amount: Annotated[str | None, typer.Option("--amount", help="How much; all that is payable.")] = None,
    until: Annotated[
        date | None, typer.Option("--until", parser=Day("--until"), help="Forfeited after this day; never.")
    ] = None,
    release_when: Annotated[
        Literal["active"] | None,
        typer.Option("--release-when", help="Ends by itself once a committed run has the member as active."),
    ] = None,
    currency: CurrencyCode = None,
    key: Key = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Hold what is payable to a member, or a part of it, for a --reason.

    Example: upline ledger hold 12 --until 2027-03-31 --reason "tax form is missing"
    """
    from engine.genealogy.changes.requests import request
    from engine.ledger import holding

    arguments = {
        "member": member_id, "amount": amount, "until": until, "release_when": release_when,
        "currency": currency,
    }  # fmt: skip
    with settled() as graph:
        done = holding.hold(
            graph, member_id, amount, currency=currency, until=until, release_when=release_when, actor=actor,
            reason=reason, request=request(actor, key, "hold", arguments),
        )  # fmt: skip
    _show(done, json=json)


def release(
    posting: Number,
    amount: Annotated[str | None, typer.Option("--amount", help="How much; all that it holds.")] = None,
    key: Key = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Release what a hold holds, or a part of it, for a --reason: it is payable again."""
    from engine.genealogy.changes.requests import request
    from engine.ledger import holding

    with settled() as graph:
        done = holding.release(
            graph, posting, amount, actor=actor, reason=reason,
            request=request(actor, key, "release", {"posting": posting, "amount": amount}),
        )  # fmt: skip
    _show(done, json=json)


def forfeit(
    posting: Number, key: Key = None, actor: Actor = "upline", reason: Reason = "", json: AsJson = False
) -> None:
    """Let the company keep what a hold holds, for a --reason."""
    from engine.genealogy.changes.requests import request
    from engine.ledger import holding

    with settled() as graph:
        done = holding.forfeit(
            graph, posting, actor=actor, reason=reason,
            request=request(actor, key, "forfeit", {"posting": posting}),
        )  # fmt: skip
    _show(done, json=json)


def holds(
    member_id: Annotated[str | None, typer.Option("--member", help="Only those of this member.")] = None,
    json: AsJson = False,
) -> None:
    """List what is held, since when, until when, and what ends it."""
    from engine.ledger import holding

    with settled() as graph:
        rows = holding.holds(graph, member_id)
    if json:
        listed = [
            asdict(each) | {"cash": each.cash.currency, "amount": each.cash.amount(each.amount),
                            "left": each.cash.amount(each.left)}
            for each in rows
        ]  # fmt: skip
        print_json(listed, plain=iso_text)
        return
    columns = (
        "posting",
        "member",
        "held",
        "left",
        "currency",
        "since",
        "until",
        "ends when",
        "by",
        "why",
    )
    page = table(None, *columns, right=("posting", "held", "left"))
    for one in rows:
        when = f"{one.release_when} (now)" if one.qualifies else one.release_when or ""
        page.add_row(
            str(one.number), one.member_id, one.cash.amount(one.amount), one.cash.amount(one.left),
            one.cash.currency, str(one.day), str(one.until or ""), when, one.actor, one.reason,
        )  # fmt: skip
    out.print(page)


def end_holds(actor: Actor = "upline", json: AsJson = False) -> None:
    """Release the holds whose members qualify, and forfeit those whose last day is over."""
    from engine.ledger import holding

    with settled() as graph:
        ended = holding.end_holds(graph, actor=actor)
    if json:
        print_json([_plain(each) for each in ended])
        return
    for each in ended:
        _show(each, json=False)
    if not ended:
        out.print("no hold has to end")


def due(
    rows: Annotated[int, number(ranges.ROWS, "--rows", help="Show at most so many.")] = 50,
    json: AsJson = False,
) -> None:
    """Show what would be paid now, to whom, and why not to the others. Nothing is booked."""
    from itertools import islice

    from engine.ledger.paying import due as due_now

    with settled() as graph:
        listed = list(islice(due_now(graph), rows + 1))
    if json:
        print_json([_plain_due(each) for each in listed[:rows]])
        return
    figures = ("payable", "held", "fee", "withheld", "paid")
    page = table(None, "member", "currency", *figures, "why not", "together with", right=figures)
    for each in listed[:rows]:
        plain = _plain_due(each)
        names = ("payable", "held", "fee", "withheld", "amount")
        others = ", ".join(each.positions[1:])
        amounts = (plain[name] for name in names)
        page.add_row(each.member_id, each.cash.currency, *amounts, each.why_not or "", others)
    out.print(page)
    if len(listed) > rows:
        note("There are more; --rows shows them.")


def rules(
    two_person: Annotated[
        bool | None,
        typer.Option("--two-person/--one-person", help="Whether another person approves postings by hand."),
    ] = None,
    together: Annotated[
        bool | None,
        typer.Option("--together/--apart", help="Whether positions of one owner are paid together."),
    ] = None,
    minimum: Annotated[
        list[str] | None, typer.Option("--minimum", help="Less is not paid: USD=25.00; 0 for none.")
    ] = None,
    fee: Annotated[
        list[str] | None, typer.Option("--fee", help="What a payment costs the member: USD=1.50; 0 for none.")
    ] = None,
    withholding: Annotated[
        list[str] | None,
        typer.Option("--withholding", help="The share kept for the authorities: US=0.24, *=0.10 elsewhere."),
    ] = None,
    unpaid: Annotated[
        str | None,
        typer.Option("--unpaid", help="Statuses not paid: suspended,terminated; or none."),
    ] = None,
    key: Key = None,
    actor: Actor = "upline",
    reason: Reason = "",
    json: AsJson = False,
) -> None:
    """Set the company's rules for the ledger; without an option, show them."""
    from engine.genealogy.changes.requests import request
    from engine.ledger import rules as ledger_rules

    wishes: dict[str, Any] = {
        "two_person": two_person, "together": together, "unpaid": _statuses(unpaid),
        "minimum": _by_key(minimum, "--minimum"), "fee": _by_key(fee, "--fee"),
        "withholding": _by_key(withholding, "--withholding"),
    }  # fmt: skip
    with settled() as graph:
        if any(each is not None for each in wishes.values()):
            own = request(actor, key, "ledger_rules", wishes)
            ledger_rules.set_rules(graph, **wishes, actor=actor, reason=reason, request=own)
        now = ledger_rules.shown(graph)
    if json:
        print_json(now)
        return
    out.print("another person approves" if now["two_person"] else "nobody has to approve", end=" ")
    out.print("what is booked by hand")
    out.print(f"positions of one owner are paid {'together' if now['together'] else 'apart'}")
    for name, words in RULES.items():
        for each, value in now[name].items():
            out.print(f"{words.format(each)} {value}", markup=False)
    if now["unpaid"]:
        out.print(f"not paid are members who are {', '.join(now['unpaid'])}", markup=False)


RULES = {
    "minimum": "the smallest payment in {} is", "fee": "a payment in {} costs",
    "withholding": "the share withheld in {} is",
}  # fmt: skip
"""What each rule says of a currency or country."""
COMMANDS: dict[str, Any] = {
    "adjust": adjust, "reverse": reverse, "approve": approve, "reject": reject, "postings": postings,
    "hold": hold, "release": release, "forfeit": forfeit, "holds": holds, "end-holds": end_holds,
    "due": due, "rules": rules,
}  # fmt: skip


def _by_key(listed: list[str] | None, option: str) -> dict[str, str] | None:
    if listed is None:
        return None
    pairs = [each.partition("=") for each in listed]
    if not all(key and sign and value for key, sign, value in pairs):
        raise typer.BadParameter("must be written as USD=25.00", param_hint=option)
    return {key: value for key, _, value in pairs}


def _statuses(text: str | None) -> list[str] | None:
    if text is None:
        return None
    return [] if text == "none" else text.split(",")


def _plain(each: "Posting") -> dict[str, Any]:
    """A posting as programs get it."""
    facts = asdict(each) | {"amount": each.cash.amount(each.amount), "at": iso_text(each.at)}
    facts["currency"] = facts.pop("cash")["currency"]
    return facts


def _plain_due(each: "Due") -> dict[str, Any]:
    """What is due as programs get it."""
    names = ("payable", "held", "fee", "withheld", "amount")
    amounts = {name: each.cash.amount(getattr(each, name)) for name in names}
    return {
        "member_id": each.member_id, "currency": each.cash.currency, **amounts, "why_not": each.why_not,
        "positions": list(each.positions),
    }  # fmt: skip


def _show(done: "Posting", *, json: bool) -> None:
    if json:
        print_json(_plain(done))
        return
    amount = f"{done.cash.amount(done.amount)} {done.cash.currency} of {done.member_id}"
    place = f" as batch {done.batch}" if done.batch else ""
    out.print(f"posting {done.number}, {done.kind} of {amount}, is {done.state}{place}", markup=False)
    if done.state == "proposed":
        note(f"Another person approves it: upline ledger approve {done.number}.")
