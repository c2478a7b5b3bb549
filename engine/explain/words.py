"""Words: lines, reasons, caps and the figures of a rule, as a person reads them.

REASONS has words for the reasons of the engine's own rules. Nothing else here depends on a rule: what is
special about a rule is in its header.
"""

import json
import re
from typing import Any

from engine.answers.corrections import Correction
from engine.answers.lines import Line
from engine.answers.overlays import WORDS
from engine.answers.pay import Earning
from engine.money import Currency, decimal
from engine.plans.plan import Bonus, Cap, Plan
from engine.plans.text import bonus_tables
from engine.plans.words import step
from engine.rules.header import sentence
from engine.text import grouped

REASONS = {
    "no_upline": "nobody is left above",
    "inactive": "not active in the period",
    "rank": "the rank earns nothing at this level",
    "lower_rate": "a higher rank would have earned more",
    "active_legs": "too few legs are active for this level",
    "recruits": "too few personally sponsored members are active for this level",
    "personal_volume": "the personal volume is too low for this level",
    "blocked": "a member below with this rank or a higher one closes the leg",
    "level": "the sale is not on the levels that the bonus pays",
    "receivers": "as many receivers as the bonus has are nearer to the sale",
    "legs": "not every leg has an active personally sponsored member",
    "not_held": "the rank was not held when this part was due",
    "breakaway": "outside the group, which ends at its leader",
    "requirement": WORDS["requirement"],
    "minimum_group": "the member's own group is too small for the full rate",
}
"""Reasons of the engine's own rules, in words; others are shown as they are."""
MOST_LINES = 3
"""Lines or orders that one sentence spells out; the others are counted."""
NOT_SETTINGS = ("name", "kind", "calendar")
"""Keys of a bonus that say nothing about how it pays."""


def purpose(bonus: Bonus) -> str:
    """The first sentence of the rule's header."""
    return sentence(bonus.module.purpose)


def settings(plan: Plan, bonus: Bonus) -> str:
    """The settings of the bonus, as the plan file has them."""
    table = bonus_tables(plan.text)[bonus.index]
    return ", ".join(f"{key} = {_written(value)}" for key, value in table.items() if key not in NOT_SETTINGS)


def elsewhere(plan: Plan) -> list[tuple[str, str]]:
    """Name and calendar of the bonuses in the plan file that this run does not compute."""
    here = {bonus.name for bonus in plan.bonuses}
    return [
        (bonus["name"], bonus.get("calendar", ""))
        for bonus in bonus_tables(plan.text)
        if bonus["name"] not in here
    ]


def line_text(plan: Plan, bonus: Bonus, line: Line) -> str:
    """A line's arithmetic in words."""
    where = f"{step_text(plan, bonus, line)}, " if line.level else ""
    base = grouped(base_text(plan, bonus, line))
    if bonus.module.basis == "count":
        pieces = "piece" if abs(line.base) == 1 else "pieces"
        return f"{where}{base} {pieces} at {cash_text(plan, line.rate)}"
    rate = plan.money.percent(line.rate)
    if bonus.module.basis == "money":
        return f"{where}{rate} of {base} {plan.money.currency}"
    point = (
        ""
        if plan.money.volume.unit * plan.money.rate_scale == plan.money.volume.parts
        else " at the plan's point value"
    )
    return f"{where}{rate} of {base}{point}"


def step_text(plan: Plan, bonus: Bonus, line: Line) -> str:
    """The step of a line as the plan names it, such as level 2, generation 2, or role Leader."""
    return step(bonus, line.level, plan.rank_names)


def cash_text(plan: Plan, minor: int) -> str:
    """Minor units for people, with the currency."""
    return f"{grouped(plan.money.amount(minor))} {plan.money.currency}"


def paid_text(plan: Plan, bonus: Bonus, lines: list[Line]) -> str:
    """What some lines pay a member, with the largest of them spelled out."""
    currency = plan.money.currency
    amounts = {id(line): grouped(amount_text(plan, bonus, line)) for line in lines}
    if len(lines) == 1:
        return f"paid {amounts[id(lines[0])]} {currency}: {line_text(plan, bonus, lines[0])}"
    largest = sorted(lines, key=lambda line: -abs(line.exact))
    listed = "; ".join(
        f"{amounts[id(line)]} for {line_text(plan, bonus, line)}" for line in largest[:MOST_LINES]
    )
    more = f"; and {len(lines) - MOST_LINES:,} more lines" if len(lines) > MOST_LINES else ""
    if plan.money.per_line:
        return f"paid {cash_text(plan, sum(line.amount or 0 for line in lines))}: {listed}{more}"
    exact = plan.money.worth(bonus.module.basis).minor(sum(line.exact for line in lines))
    return f"paid {grouped(plan.money.exact(exact))} {currency}: {listed}{more}"


def base_text(plan: Plan, bonus: Bonus, line: Line) -> str:
    """What a line's rate applies to, as exact text: a volume, or money, or pieces."""
    return figure(plan, bonus, "BASE", line.base)


def rate_text(plan: Plan, bonus: Bonus, line: Line) -> str:
    """A line's rate as exact text, or the amount of a piece in currency units."""
    return (
        plan.money.amount(line.rate)
        if bonus.module.basis == "count"
        else decimal(line.rate, plan.money.rate_digits)
    )


def amount_text(plan: Plan, bonus: Bonus, line: Line) -> str:
    """A line's amount: rounded where the plan rounds lines, else exact."""
    if line.amount is not None:
        return plan.money.amount(line.amount)
    return plan.money.exact(plan.money.worth(bonus.module.basis).minor(line.exact))


def reason_text(line: Line) -> str:
    """Why a line pays nothing, in words; without a reason, the plan's own rate is zero."""
    return REASONS.get(line.reason, line.reason) if line.reason else "the plan's rate is zero here"


def shown_figure(plan: Plan, bonus: Bonus, kind: str, value: Any) -> str:
    """A figure that a rule shows, for people: numbers have thousands separators, texts stay as they are."""
    if kind in ("BASES", "COUNTS", "VOLUMES") and value is not None:
        return ", ".join(grouped(figure(plan, bonus, kind[:-1], each)) for each in value) or "none"
    text = figure(plan, bonus, kind, value)
    return grouped(text) if kind in ("BASE", "COUNT", "MONEY", "VOLUME") else text


def figure(plan: Plan, bonus: Bonus, kind: str, value: Any) -> str:  # noqa: PLR0911 - one return for each type
    """A figure that a rule shows, by its type (engine/rules/module.py lists them)."""
    if value is None:
        return "-"
    if kind in ("BASES", "COUNTS", "TEXTS", "VOLUMES"):
        return ", ".join(figure(plan, bonus, kind[:-1], each) for each in value) or "none"
    if kind == "BASE":
        kind = {"volume": "VOLUME", "money": "MONEY", "count": "COUNT"}[bonus.module.basis]
    if kind == "VOLUME":
        return decimal(value, 2)
    if kind == "MONEY":
        return plan.money.amount(value)
    if kind == "RANK":
        return str(plan.rank_names[value])
    if kind == "RATE":
        return plan.money.percent(value)
    return ("yes" if value else "no") if kind == "FLAG" else str(value)


def cut_text(plan: Plan, bonus: Bonus, earning: Earning | None) -> str:
    """What caps took from a member's earning, and which caps; empty if they took nothing."""
    if earning is None or not earning.cut:
        return ""
    cash = plan.money
    figures = (earning.amount + earning.cut, earning.cut, earning.amount)
    before, took, left = (grouped(cash.amount(each)) for each in figures)
    caps = " and ".join(_cap(plan, cap) for cap in plan.caps if bonus.name in cap.bonuses)
    return (
        f"of the {before} {cash.currency} for the whole period "
        f"the plan's caps took {took} and left {left}: {caps}"
    )


def correction_text(correction: Correction, cash: Currency) -> str:
    """A correction in a sentence: what was paid, what was due, why, and what is taken back or paid now."""
    before, after, settled, amount = (
        f"{grouped(cash.amount(abs(minor)))} {cash.currency}"
        for minor in (correction.before, correction.after, correction.settled, correction.amount)
    )
    does = "takes back" if correction.amount < 0 else "pays"
    what = f"{does} {amount} of {correction.bonus} in {correction.period}"
    paid = f"run {correction.paid_run} paid {before}" if correction.before else "nothing was paid"
    due = f"{after} is due" if correction.after else "nothing is due"
    earlier = f", of which {settled} stands after earlier corrections"
    stands = earlier if correction.settled != correction.before else ""
    return f"{what}: {paid}{stands}, and {due} {_because(correction)}"


def _because(correction: Correction) -> str:
    if correction.reason != "refund":
        return "now that refunds have changed what others sold or were paid in that period"
    named = correction.order_ids[:MOST_LINES]
    others = correction.orders - len(named)
    if not named:
        return f"after what was returned of {others:,} order{'s' if others > 1 else ''}"
    listed = ", ".join(named) + (f" and {others:,} more" if others else "")
    return f"after what was returned of order{'' if correction.orders == 1 else 's'} {listed}"


def _cap(plan: Plan, cap: Cap) -> str:
    what = ", ".join(cap.bonuses)
    if cap.cut:
        return f"{plan.money.percent(cap.cut)} of {what} is kept back"
    if cap.share:
        return f"{what} may cost {plan.money.percent(cap.share)} of company volume"
    amounts = grouped(plan.money.amount(cap.amount))
    if len(set(cap.amounts)) > 1:
        named = zip(plan.rank_names, cap.amounts, strict=True)
        amounts = "by rank " + ", ".join(
            f"{name} {grouped(plan.money.amount(amount))}" for name, amount in named
        )
    return f"{what} may pay {amounts} per {cap.per}"


def _written(value: Any) -> str:
    """A value as a plan file writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_written(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_written(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[\w-]+", key) else json.dumps(key, ensure_ascii=False)
