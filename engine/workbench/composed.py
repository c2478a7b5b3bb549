"""Composed statements: the whole text that the server gets for a plan's rules, to read and to paste.

The text begins with the parameters, as a Cypher shell takes them (``:param name => value``). Then comes the
statement, each piece under a comment with its file and line.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.composition import bonuses, flows, overlays, push, requirements
from engine.errors import UplineError
from engine.genealogy import placement
from engine.graph.database import Graph
from engine.graph.literals import literal
from engine.graph.pieces import printed
from engine.graph.queries import Query, Statement, query, shown
from engine.passes import checks
from engine.passes.context import window
from engine.passes.levels import flat, in_order
from engine.passes.record import NoRunError, RunRecord, complete, levels_of
from engine.passes.replay import period_of, plan_of, window_of
from engine.period import Period, containing
from engine.plans.plan import Plan, Requirement
from engine.rules.library import UnknownRuleError, questions, rule
from engine.settings import Settings
from engine.workbench import reports

WRITES = "// This statement writes: it stores results, as a run does. Browser needs :auto in front of it."


class RuleNotUsedError(UplineError):
    """The plan does not use the rule."""


class OnlyReadsError(UplineError):
    """Rules of this kind store nothing."""


@dataclass(frozen=True, slots=True)
class Target:
    """What to compose for: a plan, a run by it (0: none), its orders, its levels, the run before it."""

    plan: Plan
    run: int
    window: dict[str, object]
    previous: int | None
    first: int
    last: int
    graph: Graph | None = None

    @property
    def levels(self) -> dict[str, int]:
        """The parameters of statements that read a stretch of levels."""
        return {"run": self.run, "first": self.first, "last": self.last}


@dataclass(frozen=True, slots=True)
class Composed:
    """One statement with its parameters; `about` says in a few words what it is for."""

    about: str
    query: Query
    parameters: dict[str, Any]
    writes: bool

    @property
    def text(self) -> str:
        """Parameters, comments and statement, ready to be pasted."""
        values = self.query.bind(**self.parameters)
        block = [f":param {name} => {literal(values[name])}" for name in self.query.params]
        comments = [*([WRITES] if self.writes else []), f"// {self.about}"]
        return "\n".join([*block, "", *comments, printed(self.query.pieces, shown), ";", ""])


def of_run(graph: Graph, number: int) -> Target:
    """A complete run: plan, period and orders are those of its record. Raises NoRunError."""
    for run in complete(graph, before=number + 1, most=1):
        if run.number == number:
            plan = plan_of(run)
            return _target(graph, plan, run, window_of(run, plan), period_of(run, plan))
    raise NoRunError(f"no complete run has the number {number}", todo="`upline runs` lists them.")


def of_plan(plan: Plan, chosen: Period | None, graph: Graph | None) -> Target:
    """A plan's latest complete run of a period, this month by default; without one, or a graph, no run."""
    period = chosen or containing(datetime.now(ZoneInfo(plan.zone)).date(), "month", plan.zone)
    runs = complete(graph, period.name, plan.name, most=1) if graph else []
    if graph and runs:
        return _target(graph, plan, runs[0], window(period, plan, runs[0].facts["cut"]), period)
    return Target(plan, 0, window(period, plan, 0), None, 0, 0, graph)


def statements(
    kind: str, name: str, target: Target, *, stored: bool, options: dict[str, Any]
) -> list[Composed]:
    """The statements in which the plan uses a rule; a check or report is its own statement.

    They have the form that explanations, statements and exports read, or with `stored` the form by which a
    run stores results. `options` are those of a placement rule. Raises RuleNotUsedError, UnknownRuleError and
    OnlyReadsError.
    """
    if kind in BY_ITSELF:
        if stored:
            raise OnlyReadsError(f"a {kind} stores nothing in a run", todo="Leave out --stored.")
        return [BY_ITSELF[kind](name, target, options)]
    rule(kind, name, Settings().rules)
    uses, used = USES[kind]
    composed = [
        Composed(f"{about} of the plan {target.plan.name}", statement, parameters, stored)
        for about, (statement, parameters) in uses(name, target, stored)
    ]
    if not composed:
        listed = ", ".join(sorted(used(target.plan))) or "none"
        raise RuleNotUsedError(
            f"the plan {target.plan.name} uses no {kind} rule {name}",
            str(target.plan.path),
            f"Its {kind} rules: {listed}.",
        )
    return composed


Uses = Iterator[tuple[str, Statement]]
"""What a rule is used for, and the statement that contains it."""


def _requirements(name: str, target: Target, stored: bool) -> Uses:
    plan = target.plan

    def uses_rule(required: tuple[Requirement, ...]) -> bool:
        return any(each.module.name == name for each in required)

    if any(uses_rule(rank.requirements) for rank in plan.ranks):
        if stored:
            piece, parameters = requirements.qualifying(plan)
            yield "ranks", _visiting(target, piece, parameters, "up")
        else:
            yield "rank cards", _on_levels(target, *requirements.rank_cards(plan, query("answers/of_levels")))
    others = [
        (f"requirements of bonus {bonus.name}", bonus)
        for bonus in plan.bonuses
        if uses_rule(bonus.requirements)
    ]
    for about, bonus in others:
        yield about, (
            _visiting(target, *requirements.marking(plan, bonus)) if stored
            else _on_levels(target, *requirements.card_of(plan, bonus.requirements, "of_levels"))
        )  # fmt: skip
    if plan.activity and uses_rule(plan.activity.requirements):
        yield "activity", (
            _visiting(target, *requirements.settling(plan.activity)) if stored
            else _on_levels(target, *requirements.card_of(plan, plan.activity.requirements, "of_levels"))
        )  # fmt: skip


def _on_levels(target: Target, statement: Query, parameters: dict[str, Any]) -> Statement:
    return statement, {**target.levels, **parameters}


def _compression(name: str, target: Target, stored: bool) -> Uses:
    if all(overlay.module.name != name for overlay in target.plan.overlays):
        return
    if stored:
        for tree, (piece, parameters) in overlays.compressing(target.plan):
            yield f"compressed trees, {tree} tree,", _visiting(target, piece, parameters, "down", tree)
    else:
        for statement, parameters in overlays.differences(target.plan):
            yield "places in compressed trees", _on_levels(target, statement, parameters)


def _bonuses(name: str, target: Target, stored: bool) -> Uses:
    for bonus in target.plan.bonuses:
        if bonus.module.name == name and stored:
            yield (
                f"earnings of bonus {bonus.name}",
                bonuses.stored(target.plan, bonus, target.run, target.window),
            )
        elif bonus.module.name == name:
            levels = bonuses.levels_read(bonus, target.first, target.last)
            yield (
                f"lines of bonus {bonus.name}",
                bonuses.read_lines(target.plan, bonus, target.run, target.window, "of_levels", **levels),
            )


def _flows(name: str, target: Target, stored: bool) -> Uses:
    for bonus in target.plan.bonuses:
        module = bonus.flow
        if module is None or module.name != name:
            continue
        about = f"flow of bonus {bonus.name}"
        if stored:
            piece, parameters = flows.computed(bonus, module, target.window, target.previous)
            order = module.order if module.order in ("up", "down") else ""
            yield about, _visiting(target, piece, parameters, order, bonus.tree)
        else:
            statement, parameters = flows.asked_again(bonus, module, target.window, target.previous)
            yield about, _on_levels(target, statement, parameters)


def _push(name: str, target: Target, stored: bool) -> Uses:
    rule_of_plan = target.plan.push
    if rule_of_plan is None or rule_of_plan.module.name != name:
        return
    if stored:
        yield "push-up, who receives,", _visiting(target, *push.mark(rule_of_plan))
        piece, parameters = push.climb(rule_of_plan)
        yield "push-up, transfers,", _visiting(target, piece, parameters, "down")
    else:
        yield "push-up", _on_levels(target, *push.asked_again(rule_of_plan))


def _visiting(
    target: Target, piece: Query, parameters: dict[str, Any], order: str = "", tree: str = "main"
) -> Statement:
    """A piece on the standings of a stretch of levels, as one writer visits them."""
    levels = {"run": target.run, "shallowest": target.first, "deepest": target.last}
    if order:
        return in_order(piece, order, tree), {**levels, **parameters}
    return flat(piece), {**levels, **parameters, "writers": 1, "writer": 0}


def _check(name: str, target: Target, _options: dict[str, Any]) -> Composed:
    parameters = {"run": target.run, "shown": checks.SHOWN}
    known = questions("check", Settings().rules)
    if name not in known:
        raise UnknownRuleError(f"no check is called {name!r}; known are {', '.join(sorted(known))}")
    return Composed(f"check {name}", known[name], parameters, writes=False)


def _report(name: str, target: Target, _options: dict[str, Any]) -> Composed:
    report = reports.find(name, Settings().rules)
    parameters = {**report.defaults, **reports.filled(report, target.run, lambda: target.plan)}
    if target.graph:
        parameters |= reports.filled_today(target.graph, report)
    return Composed(f"report {name}", report.statement, parameters, writes=False)


def _placement(name: str, target: Target, options: dict[str, Any]) -> Composed:
    """The statement that finds a place for the member who has waited longest, or for no member."""
    how = placement.options(name, options, Settings().rules)
    tank = placement.waiting(target.graph) if target.graph else []
    statement = placement.asking(how, tank[0].sponsor_id if tank else "")
    return Composed(f"placement by {name}", *statement, writes=False)


def _target(graph: Graph, plan: Plan, run: RunRecord, orders: dict[str, object], period: Period) -> Target:
    before = complete(graph, period.previous.name, plan.name, most=1)
    openings = -run.number if "openings_of" in run.facts else None
    first, last = levels_of(graph, run)[0]
    return Target(plan, run.number, orders, before[0].number if before else openings, first, last, graph)


BY_ITSELF: dict[str, Callable[[str, Target, dict[str, Any]], Composed]] = {
    "check": _check,
    "report": _report,
    "placement": _placement,
}
"""Kinds of rules that no plan names."""
USES: dict[str, tuple[Callable[[str, Target, bool], Uses], Callable[[Plan], set[str]]]] = {
    "requirement": (_requirements, lambda plan: set(requirements.modules(plan))),
    "compression": (_compression, lambda plan: {overlay.module.name for overlay in plan.overlays}),
    "bonus": (_bonuses, lambda plan: {bonus.module.name for bonus in plan.bonuses}),
    "flow": (_flows, lambda plan: {bonus.flow.name for bonus in plan.bonuses if bonus.flow}),
    "push": (_push, lambda plan: {plan.push.module.name} if plan.push else set()),
}
"""Kinds of rules that plans name: where a plan uses one, and which ones it uses."""
