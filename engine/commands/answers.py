"""How statements, explanations and trees look, in a terminal and as JSON for programs."""

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from rich.markup import escape
from rich.tree import Tree

from engine.access.reach import Reach
from engine.answers import pay
from engine.answers.lines import Line, lines_paid_to
from engine.answers.overlays import skip_text
from engine.answers.standings import Standing
from engine.answers.trees import Branch
from engine.commands.console import counted, out, table
from engine.commands.corrections import show_corrections
from engine.explain.corrections import correction_json
from engine.explain.explanation import Explanation
from engine.explain.stories import BonusStory, Entry, Step
from engine.explain.words import (
    MOST_LINES,
    amount_text,
    base_text,
    figure,
    line_text,
    rate_text,
    reason_text,
)
from engine.graph.database import Graph
from engine.money import decimal
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.plans.plan import Bonus, Plan
from engine.text import grouped


def show_statement(graph: Graph, run: RunRecord, member_id: str, lines: int) -> None:
    """A statement for a person: by bonus the sum of each level, then the largest lines."""
    plan = plan_of(run)
    own_statement = pay.statement(graph, Reach.everything, run, member_id)
    paid = lines_paid_to(graph, Reach.everything, run, member_id)
    show_standing(run, plan, own_statement.standing)
    if carried := "; ".join(own_statement.openings):
        out.print(f"carried from openings as of {run.facts['openings_of']}: {escape(carried)}")
    cash = plan.money
    for bonus in plan.bonuses:
        earned = next((earning for earning in own_statement.earnings if earning.bonus == bonus.name), None)
        if earned is None:
            continue
        own = [line for line in paid if line.bonus == bonus.name]
        origin = " (not computed here)" if bonus.outside else ""
        amount = f"{grouped(cash.amount(earned.amount))} {cash.currency}{origin}"
        out.print(f"\n[bold]{escape(bonus.name)}[/bold]  {amount}")
        _show_lines(plan, bonus, own, lines)
        if not cash.per_line:
            exact = cash.worth(bonus.module.basis).minor(earned.exact)
            rounding = cash.exact(earned.amount + earned.cut - exact)
            out.print(f"rounding of the total: {grouped(rounding)}")
        if earned.cut:
            out.print(f"cut by the plan's caps: {grouped(cash.amount(earned.cut))} {cash.currency}")
    out.print(f"\n[bold]total  {grouped(cash.amount(own_statement.total))} {cash.currency}[/bold]")
    if own_statement.corrections:
        show_corrections(cash, own_statement.corrections)
        out.print(f"[bold]due  {grouped(cash.amount(own_statement.due))} {cash.currency}[/bold]")
    if not own_statement.earnings:
        why = "inactive in the period" if not own_statement.standing.active else "no line pays this member"
        out.print(f"nothing earned: {why}. upline explain MEMBER --order ORDER shows why for any order.")


def _show_lines(plan: Plan, bonus: Bonus, own: list[Line], most: int) -> None:
    """The sum of each level, then the largest lines."""
    worth = plan.money.worth(bonus.module.basis)
    levels = sorted({line.level for line in own})
    if len(levels) > 1:
        sums = table(None, "level", "lines", "volume", "amount", right=("level", "lines", "volume", "amount"))
        for level in levels:
            of_level = [line for line in own if line.level == level]
            amount = sum(
                Fraction(line.amount) if line.amount is not None else worth.minor(line.exact)
                for line in of_level
            )
            base = sum(line.base for line in of_level)
            volume = grouped(figure(plan, bonus, "BASE", base))
            sums.add_row(
                str(level), f"{len(of_level):,}", volume, grouped(plan.money.exact(Fraction(amount)))
            )
        out.print(sums)
    own = sorted(own, key=lambda line: (-abs(line.exact), line.order_id or "", line.source_id))
    shown = table(None, "level", "tree", "from", "order", "what", "amount", right=("level", "tree", "amount"))
    for line in own[:most]:
        words = line_text(plan, bonus, line)
        height = "" if line.tree_level is None else str(line.tree_level)
        place = "own" if line.level == 0 else str(line.level)
        shown.add_row(
            place, height, line.source_id, line.order_id or "", words, grouped(amount_text(plan, bonus, line))
        )
    out.print(shown)
    if len(own) > most:
        out.print(f"[dim]and {len(own) - most:,} more lines; --lines shows more[/dim]")


def show_tree(run: RunRecord, top: Branch, compressed: str | None) -> None:
    """A member's group as a tree; `compressed` names the compressed tree that it is of."""
    root = Tree(_branch_text(top), guide_style="dim")
    waiting = [(top, root)]
    while waiting:
        branch, place = waiting.pop()
        for below in branch.below:
            waiting.append((below, place.add(_branch_text(below))))
        if branch.hidden:
            place.add(f"[dim]+{branch.hidden:,} more[/dim]")
    out.print(root)
    what = f"compressed by {compressed}" if compressed else "as of the period's end"
    out.print(f"[dim]{escape(run.plan)} {run.period}, {what}; PV personal volume, GV group volume[/dim]")


def show_standing(run: RunRecord, plan: Plan, standing: Standing) -> None:
    """The heading of a page about one member: rank, activity, volumes and place."""
    name = f" {escape(standing.name)}" if standing.name else ""
    active = "active" if standing.active else f"not active (status {standing.status})"
    floor = "by rank" if plan.floors else grouped(decimal(plan.floor, 2))
    out.print(f"[bold]{escape(standing.member_id)}{name}[/bold]  {escape(run.plan)} {run.period}")
    out.print(
        f"paid as {standing.rank}, {active}; personal volume {grouped(decimal(standing.personal_volume, 2))} "
        f"(floor {floor}), group volume {grouped(decimal(standing.group_volume, 2))}, "
        f"level {standing.depth}, {standing.frontline:,} in the frontline"
    )


def show_explanation(run: RunRecord, plan: Plan, explained: Explanation) -> None:
    """An explanation for a person: for each bonus the way up, or where the order entered it."""
    order = explained.order
    out.print(
        f"[bold]order {escape(order.order_id)}[/bold] of {escape(explained.source_id)}, {order.kind}, "
        f"{order.placed_at or order.ordered_at:%Y-%m-%d}: "
        f"commissionable volume {grouped(decimal(order.commissionable_volume, 2))}"
    )
    if order.customer:
        out.print(f"bought by customer {escape(order.customer)}")
    if order.corrects:
        out.print(f"it corrects the committed period of {order.ordered_at:%Y-%m-%d}, when its order counted")
    elif order.placed_at:
        out.print(f"it came late, and counts from {order.ordered_at:%Y-%m-%d %H:%M} UTC on")
    if order.refund_of:
        out.print(f"a refund of order {escape(order.refund_of)}")
    where = {None: "is not above it", 0: "is credited with it"}
    levels = counted(explained.distance or 0, "level")
    relation = where.get(explained.distance, f"is {levels} above it")
    active = "active" if explained.member.active else "not active"
    out.print(
        f"{escape(explained.member_id)} {relation}, {active}, paid as {escape(explained.member.rank)} "
        f"({escape(run.plan)} {run.period})"
    )
    bonuses = {bonus.name: bonus for bonus in plan.bonuses}
    for story in explained.stories:
        bonus = bonuses[story.bonus]
        out.print(f"\n[bold]{escape(story.bonus)}[/bold]: {escape(story.verdict)}")
        _show_story(plan, bonus, story, explained.member_id)
    for sentence in explained.elsewhere:
        out.print(f"\n[dim]{escape(sentence)}[/dim]")


def _show_story(plan: Plan, bonus: Bonus, story: BonusStory, member_id: str) -> None:
    """The details of a bonus: caps, what rule and plan say, requirements, then its lines or entries."""
    if story.cut:
        out.print(escape(story.cut))
    if story.about:
        out.print(f"[dim]{escape(story.about)}[/dim]")
    if story.plan_says:
        out.print(f"[dim]the plan says {escape(story.plan_says)}[/dim]")
    for name, required, actual, passes in story.requirements:
        met = "met" if passes else "not met"
        out.print(f"it requires {name} {grouped(required)}: {grouped(actual)}, {met}", markup=False)
    if story.steps:
        _show_steps(plan, bonus, story.steps, member_id)
    if any(entry.figures or entry.lines for entry in story.entries):
        _show_entries(plan, bonus, story.entries, member_id)


def _show_steps(plan: Plan, bonus: Bonus, steps: tuple[Step, ...], member_id: str) -> None:
    several = len({step.line.source_id for step in steps}) > 1 or bonus.module.on_earnings
    shown = table(
        None, *(["from"] if several else []), "level", "tree", "member", "what happened", "amount",
        right=("level", "tree", "amount"),
    )  # fmt: skip
    for step in steps:
        line = step.line
        origin = [f"{line.source_id}, {line.order_id}" if line.order_id else line.source_id]
        for skip in step.skipped:
            why = f"[dim]skipped: {escape(skip_text(plan, skip))}[/dim]"
            shown.add_row(
                *([""] if several else []), "", "", f"[dim]{escape(skip.member_id or '')}[/dim]", why, ""
            )
        shown.add_row(
            *(origin if several else []), str(line.level),
            "" if line.tree_level is None else str(line.tree_level),
            f"{'[reverse]' if line.payee_id == member_id else ''}{escape(line.payee_id or '-')}",
            escape(_what(plan, bonus, line)), grouped(amount_text(plan, bonus, line)) if line.rate else "",
        )  # fmt: skip
    out.print(shown)


def _show_entries(plan: Plan, bonus: Bonus, entries: tuple[Entry, ...], member_id: str) -> None:
    """The members whose groups the order entered, nearest first: by which leg, and what was paid."""
    shown = table(None, "above", "member", "came in by", "figures", "amount", right=("above", "amount"))
    for entry in entries:
        mark = "[reverse]" if entry.member_id == member_id else ""
        leg = f"leg {entry.leg}, " if entry.leg else ""
        way = "own" if entry.distance == 0 else f"{leg}{entry.through}" if entry.through else "-"
        details = [f"{name} {text}" for name, text in entry.shown]
        details += [_what(plan, bonus, line) for line in entry.lines[:MOST_LINES]]
        if len(entry.lines) > MOST_LINES:
            details.append(f"and {len(entry.lines) - MOST_LINES:,} more lines")
        shown.add_row(
            "-" if entry.distance is None else str(entry.distance), f"{mark}{escape(entry.member_id)}",
            escape(way), escape("; ".join(details)),
            "\n".join(
                grouped(amount_text(plan, bonus, line)) for line in entry.lines[:MOST_LINES] if line.rate
            ),
        )  # fmt: skip
    out.print(shown)


def _what(plan: Plan, bonus: Bonus, line: Line) -> str:
    """What happened on a line."""
    if line.rate:
        return line_text(plan, bonus, line)
    return f"stays with the company: {reason_text(line)}"


def statement_json(run: RunRecord, plan: Plan, statement: pay.Statement, lines: list[Line]) -> dict[str, Any]:
    """A statement for programs, with the lines behind it."""
    cash = plan.money
    bonuses = {bonus.name: bonus for bonus in plan.bonuses}
    return {
        "period": run.period,
        "plan": run.plan,
        "run": run.number,
        "currency": cash.currency,
        "standing": standing_json(statement.standing) | {"earned": cash.amount(statement.standing.earned)},
        "earnings": [
            {"bonus": earned.bonus, "amount": cash.amount(earned.amount), "lines": earned.lines,
             "computed_here": not bonuses[earned.bonus].outside}
            for earned in statement.earnings
        ],
        "total": cash.amount(statement.total),
        "corrections": [correction_json(each, cash) for each in statement.corrections],
        "corrected": cash.amount(statement.corrected),
        "due": cash.amount(statement.due),
        "openings": list(statement.openings),
        "lines": [
            {
                "bonus": line.bonus, "level": line.level, "tree_level": line.tree_level,
                "source_id": line.source_id, "order_id": line.order_id,
                "base": base_text(plan, bonuses[line.bonus], line),
                "rate": rate_text(plan, bonuses[line.bonus], line),
                "amount": amount_text(plan, bonuses[line.bonus], line),
            }
            for line in lines
        ],
    }  # fmt: skip


def standing_json(standing: Standing) -> dict[str, Any]:
    """A standing for programs, volumes as exact decimals."""
    volumes = ("personal_volume", "commissionable_volume", "customer_volume", "group_volume")
    figures = asdict(standing) | {key: decimal(getattr(standing, key), 2) for key in volumes}
    left_out = ("accumulated_", "group_commissionable_", "best_rank", "enrolled_depth", "group_size")
    return {key: value for key, value in figures.items() if not key.startswith(left_out)}


def branch_json(root: Branch) -> dict[str, Any]:
    """A group for programs: each member with those below."""
    made: dict[str, Any] = {}
    waiting = [(root, made)]
    while waiting:
        branch, data = waiting.pop()
        data.update(standing_json(branch.standing), hidden=branch.hidden, below=[])
        for below in branch.below:
            child: dict[str, Any] = {}
            data["below"].append(child)
            waiting.append((below, child))
    return made


def _branch_text(branch: Branch) -> str:
    standing = branch.standing
    name = f" {escape(standing.name)}" if standing.name else ""
    leg = f" [cyan]{standing.leg}[/cyan]" if standing.leg else ""
    quiet = "" if standing.active else " [dim]not active[/dim]"
    rank = f" [magenta]{standing.rank}[/magenta]" if standing.rank != "none" else ""
    figures = (
        f"PV {grouped(decimal(standing.personal_volume, 2))} GV {grouped(decimal(standing.group_volume, 2))}"
    )
    return f"[bold]{escape(standing.member_id)}[/bold]{name}{leg}{rank}  {figures}{quiet}"
