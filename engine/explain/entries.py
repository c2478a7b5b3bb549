"""Entries: the story of a bonus that is not paid order by order, by where the order entered it."""

from engine.answers.lines import Line
from engine.answers.orders import Order
from engine.answers.standings import Standing, standings
from engine.answers.states import shown_states
from engine.explain.stories import MOST_ENTRIES, Asked, BonusStory, Entry, requirements
from engine.explain.words import base_text, figure, paid_text, purpose, reason_text, said
from engine.plans.plan import Bonus


def of_company(asked: Asked, bonus: Bonus) -> BonusStory:
    """A bonus that the whole company's volume pays: the order is in it like any other."""
    earning = asked.earnings.get(bonus.name)
    currency = asked.plan.money.currency
    if earning:
        before = asked.plan.money.amount(earning.amount + earning.cut)
        verdict = (
            f"paid {before} {currency} for the period, out of all volume together: "
            f"what this order brought to it is not told apart"
        )
    else:
        total = next((each for each in asked.run.totals if each["bonus"] == bonus.name), None)
        others = f"{total['payees']:,} members share it" if total else "nobody was paid"
        verdict = (
            f"not paid: the member is {_as(asked.member)}, and not among those whom it goes to ({others})"
        )
    return BonusStory(
        bonus.name, (), verdict,
        requirements=requirements(asked, bonus), about=purpose(bonus), plan_says=said(asked.plan, bonus),
    )  # fmt: skip


def of_payees(asked: Asked, bonus: Bonus) -> BonusStory:
    """A bonus whose rule is asked for each payee: whose group the order entered, and what came of it."""
    member_id = asked.member.member_id
    path = asked.above(bonus.tree, asked.source_id).ids
    place = path.index(member_id) if member_id in path else None
    shown = path[: MOST_ENTRIES if place is None else min(place + 1, MOST_ENTRIES)]
    if member_id not in shown:
        shown.append(member_id)
    lines: dict[str, list[Line]] = {}
    for line in asked.lines(bonus, shown):
        lines.setdefault(line.payee_id or "", []).append(line)
    below = {above: path[at] for at, above in enumerate(path[1:])}
    legs = {}
    if bonus.tree == "main":
        came = [below[each] for each in shown if each in below]
        found = standings(asked.graph, asked.run, came)
        legs = {each: found[below[each]].leg for each in shown if each in below}
    figures = _figures(asked, bonus, shown)
    entries = tuple(
        Entry(
            each, path.index(each) if each in below or each == asked.source_id else None, below.get(each),
            legs.get(each), figures.get(each, ()), tuple(lines.get(each, ())),
        )
        for each in shown
    )  # fmt: skip
    own = next(entry for entry in entries if entry.member_id == member_id)
    entries = tuple(each for each in entries if each.figures or each.lines or each is own)
    asks = requirements(asked, bonus)
    return BonusStory(
        bonus.name, (), _payee_verdict(asked, bonus, own, asks), entries, asks,
        purpose(bonus), said(asked.plan, bonus),
    )  # fmt: skip


def _payee_verdict(
    asked: Asked, bonus: Bonus, own: Entry, requirements: tuple[tuple[str, str, str, bool], ...]
) -> str:
    where = entered(own, asked.order)
    paid = [line for line in own.lines if line.rate]
    if paid:
        return f"{paid_text(asked.plan, bonus, paid)}; for the period as a whole, {where}"
    if own.lines:
        line = own.lines[0]
        base = base_text(asked.plan, bonus, line)
        return f"not paid: {reason_text(line)}, so nothing is paid on {base}; {where}"
    missed = [name for name, _, _, passes in requirements if not passes]
    why = f"misses {', '.join(missed)}" if missed else "has no line of this bonus in the period"
    shown = ", ".join(f"{name} {text}" for name, text in own.figures)
    return f"not paid: the member, {_as(asked.member)}, {why}{f' ({shown})' if shown else ''}; {where}"


def entered(entry: Entry, order: Order) -> str:
    """Where the order entered what the bonus looks at, for one member."""
    if entry.distance is None:
        return "this order is not in the member's group"
    if not order.commissionable_volume and not order.qualifying_volume:
        return "this order carries no volume"
    if entry.distance == 0:
        return "this order is the member's own"
    leg = f"by leg {entry.leg}, " if entry.leg else ""
    return f"this order came in {leg}through {entry.through}"


def _as(member: Standing) -> str:
    """The facts of a member that rules look at most."""
    active = "active" if member.active else "not active"
    return f"{active} and paid as {member.rank}"


def _figures(asked: Asked, bonus: Bonus, member_ids: list[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    """What the flow of a bonus shows of some members."""
    if bonus.flow is None:
        return {}
    return {
        member_id: tuple(
            (name.replace("_", " "), figure(asked.plan, bonus, kind, value))
            for (name, kind, _), value in zip(bonus.flow.shows, values, strict=True)
        )
        for member_id, values in shown_states(asked.graph, asked.run, bonus, member_ids).items()
    }
