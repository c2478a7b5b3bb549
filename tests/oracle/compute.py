"""The whole month, period after period: trees, volumes, ranks, bonuses, earnings, totals."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

from . import caps, ranks, tables, trees, volumes
from .bonuses import Payout, Share, State
from .families import FAMILIES
from .gates import hold
from .periods import Period, period
from .plan import Bonus, Plan, Requirement, nested, read
from .requirements import Figures, meets_requirement
from .result import Line, Result, Standing, Totals, Unpaid
from .rounding import rounded
from .tables import Company, Order
from .tiers import by_figure


def compute(directory: Path, plan: Path, periods: list[str]) -> list[Result]:
    """Read a company's tables and a plan file; answer each period in the order given."""
    company, rules = tables.read(directory), read(plan)
    results: list[Result] = []
    carries: dict[tuple[str, date], Mapping[str, Mapping[str, Fraction]]] = {}
    for name in periods:
        now = period(name, rules.time_zone)
        carried = carries.get((now.calendar, now.first - timedelta(days=1)), {})
        result, carries[now.calendar, now.last] = _one_period(company, rules, now, tuple(results), carried)
        results.append(result)
    return results


def _one_period(
    company: Company,
    plan: Plan,
    now: Period,
    earlier: tuple[Result, ...],
    carried: Mapping[str, Mapping[str, Fraction]],
) -> tuple[Result, dict[str, Mapping[str, Fraction]]]:
    above = {
        "main": trees.parents(company, plan.tree, now.last),
        "sponsor": trees.parents(company, "sponsor", now.last),
    }
    result = Result(now.name)
    figures = _stand(company, plan, now, above, earlier, result)
    orders = volumes.orders_of(company, plan, now, above["main"])
    paid: dict[str, Payout] = {}
    standings, earnings = result.standings, result.earnings
    state = State(plan, now, above, standings, orders, earlier, carried, paid, earnings, figures)
    due = [bonus for bonus in plan.bonuses if bonus.options.get("calendar", now.calendar) == now.calendar]
    for pools in (False, True):
        for bonus in due:
            if (bonus.kind == "pool") == pools:
                paid[bonus.name] = hold(bonus, state, FAMILIES[bonus.kind](company, *by_figure(bonus, state)))
                _settle(plan, bonus, paid[bonus.name], result)
                if not pools:
                    caps.apply(company, plan, result, bonus.name, tuple(each.name for each in due))
        if not pools:
            caps.apply(company, plan, result)
    return result, {bonus: payout.carry for bonus, payout in paid.items()}


def _stand(
    company: Company,
    plan: Plan,
    now: Period,
    above: Mapping[str, Mapping[str, str | None]],
    earlier: tuple[Result, ...],
    result: Result,
) -> Figures:
    """Fill in standings and rank cards."""
    main = above["main"]
    orders = volumes.orders_of(company, plan, now, main)
    own = volumes.personal(plan, orders, main)
    judged = _lately(company, plan, now, main, own)
    commissionable = volumes.commissionable(orders, main)
    exempt = ranks.overrides_of(company, now, "exempt")
    waived = {*ranks.overrides_of(company, now, "active"), *exempt}
    forced = ranks.overrides_of(company, now, "rank")
    status = {member: company.members[member].status for member in main}
    facts, by_member = ranks.facts_of(company, now.name), _by_member(orders, main)
    alone = _alone(plan, now, earlier, own, status, facts, by_member)
    floors = _floors(plan, alone, main)
    active = {
        member: status[member] == "active"
        and (member in waived or (judged[member] >= floors[member] and meets_activity(plan, member, alone)))
        for member in main
    }
    personal = volumes.pushed_up(plan, own, status, active, main)
    group = volumes.group(personal, main)
    totals = {"personal": ("personal_volume", personal), "group": ("group_volume", group)}
    figures = Figures(
        main, personal, group, active, facts, trees.children(main), status,
        trees.children(above["sponsor" if plan.tree == "placement" else "main"]), by_member,
        {
            (member, of): ranks.accumulated(now, earlier, member, name, volume[member])
            for of, (name, volume) in totals.items()
            for member in main
        },
        {member: ranks.recent(now, earlier, member, personal[member]) for member in main},
        _held(plan, now, earlier, main),
    )  # fmt: skip
    kept: dict[str, int] = {}

    def paid_as(member: str, qualified: int) -> int:
        kept[member] = ranks.graced(plan, now, earlier, member, qualified, excused=member in exempt)
        return plan.step(forced[member]) if member in forced else kept[member]

    qualified, result.rank_cards = ranks.qualify(plan, figures, paid_as)
    if plan.options.get("rank_calendar", now.calendar) != now.calendar:
        _taken(plan, ranks.last_of_calendar(plan, now, earlier), forced, qualified, figures)
    depth = trees.depths(main)
    for member in main:
        rank = plan.ranks[qualified[member]].name
        result.standings[member] = Standing(
            member_id=member,
            parent_id=main[member],
            sponsor_id=above["sponsor"][member],
            depth=depth[member],
            status=company.members[member].status,
            active=active[member],
            personal_volume=personal[member],
            commissionable_volume=commissionable[member],
            group_volume=group[member],
            qualified_rank=rank,
            rank=plan.ranks[figures.paid_as[member]].name,
            kept_rank=plan.ranks[kept[member]].name,
        )
    return figures


def _floors(plan: Plan, alone: Figures, members: Iterable[str]) -> dict[str, int]:
    """The activity floor of each member, by the rank paid as in the period before."""
    before = {member: [*alone.held[member, "paid"], 0][0] for member in members}
    return {
        member: plan.listed(plan.activity_floors, plan.ranks[step].name) for member, step in before.items()
    }


def _lately(
    company: Company, plan: Plan, now: Period, members: Mapping[str, str | None], own: dict[str, int]
) -> dict[str, int]:
    """The personal volume that activity is judged by: of the period, or of some days up to its end."""
    days = plan.options.get("activity", {}).get("days", 0)
    if not days:
        return own
    since = replace(now, first=min(now.first, now.last - timedelta(days=days - 1)))
    return volumes.personal(plan, volumes.orders_of(company, plan, since, members), members)


def _taken(
    plan: Plan, then: Result | None, forced: Mapping[str, str], qualified: dict[str, int], figures: Figures
) -> None:
    """Ranks of the last period of the calendar that decides them; an override has precedence."""
    for member in figures.above:
        before = then.standings.get(member) if then else None
        qualified[member] = plan.step(before.qualified_rank) if before else 0
        figures.met[member] = qualified[member]
        rank = before.rank if before else plan.ranks[0].name
        figures.paid_as[member] = plan.step(forced.get(member, rank))


def _alone(
    plan: Plan,
    now: Period,
    earlier: tuple[Result, ...],
    own: dict[str, int],
    status: dict[str, str],
    facts: Mapping[tuple[str, str], int],
    by_member: dict[str, list[Order]],
) -> Figures:
    """What is known of each member before any group is counted."""
    so_far = {
        (each, "personal"): ranks.accumulated(now, earlier, each, "personal_volume", own[each])
        for each in own
    }
    lately = {each: ranks.recent(now, earlier, each, own[each]) for each in own}
    held = _held(plan, now, earlier, own)
    return Figures({}, own, own, {}, facts, {}, status, {}, by_member, so_far, lately, held)


def _held(
    plan: Plan, now: Period, earlier: tuple[Result, ...], members: Iterable[str]
) -> dict[tuple[str, str], list[int]]:
    return {
        (member, by): ranks.held(plan, now, earlier, member, by)
        for member in members
        for by in ("qualified", "paid")
    }


def _by_member(orders: list[Order], members: Mapping[str, object]) -> dict[str, list[Order]]:
    by_member: dict[str, list[Order]] = {member: [] for member in members}
    for order in orders:
        by_member[order.member_id].append(order)
    return by_member


def meets_activity(plan: Plan, member: str, figures: Figures) -> bool:
    """Whether a member meets what the plan requires of active members besides the volume floor."""
    activity = plan.options.get("activity", {})
    if "require" not in activity:
        return True
    flat: list[Requirement] = []
    condition = nested(activity.get("match", "all"), activity["require"], flat)
    return ranks.fulfilled(condition, [meets_requirement(plan, each, member, figures) for each in flat])


def _settle(plan: Plan, bonus: Bonus, payout: Payout, result: Result) -> None:
    """Turn a bonus's shares into lines, earnings and totals."""
    lines = [_line(plan, bonus, share) for share in payout.shares if share.reason is None]
    unpaid = [_unpaid(bonus, share) for share in payout.shares if share.reason is not None]
    exact: dict[str, Fraction] = {}
    by_line: dict[str, int] = {}
    for line in lines:
        exact[line.payee_id] = exact.get(line.payee_id, Fraction(0)) + line.exact
        by_line[line.payee_id] = by_line.get(line.payee_id, 0) + (line.amount or 0)
    earned = by_line
    if not plan.per_line:
        earned = {payee: rounded(amount, plan.rounding) for payee, amount in exact.items()}
    for payee, amount in earned.items():
        result.earnings[payee, bonus.name] = amount
    result.lines += lines
    result.unpaid += unpaid
    paid_exact = sum(exact.values(), Fraction(0))
    breakage = sum((each.exact for each in unpaid), Fraction(0))
    paid = sum(earned.values())
    if payout.budget != paid_exact + breakage:
        raise ArithmeticError(f"{bonus.name}: {payout.budget} is not {paid_exact} paid + {breakage} left")
    result.totals[bonus.name] = Totals(payout.budget, paid_exact, breakage, paid, paid - paid_exact)


def _line(plan: Plan, bonus: Bonus, share: Share) -> Line:
    if share.payee_id is None:
        raise ValueError(f"{bonus.name}: order {share.order.order_id} pays nobody")
    return Line(
        share.payee_id,
        bonus.name,
        share.order.order_id,
        share.order.member_id,
        share.level,
        share.tree_level,
        share.base,
        share.rate,
        share.exact,
        rounded(share.exact, plan.rounding) if plan.per_line else None,
    )


def _unpaid(bonus: Bonus, share: Share) -> Unpaid:
    order = share.order
    return Unpaid(
        bonus.name,
        order.order_id,
        order.member_id,
        share.level,
        share.reason or "",
        share.exact,
        share.payee_id,
    )
