"""A committed period computed once more, on the standings that its run has frozen.

Nothing is read of the living company: places, statuses, what overrides and the company's facts say, and what
was earned elsewhere are copied from the paid run's standings. Orders are those of the period, with the
refunds that came since; whatever follows from them is computed by the stages of an ordinary run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from engine import __version__
from engine.composition.measures import copied, needed
from engine.graph import driver
from engine.graph.queries import query
from engine.passes.context import Work
from engine.passes.levels import count_widths, everywhere, visit
from engine.passes.record import RunRecord, digest, record_of
from engine.period import Period
from engine.plans.plan import Plan
from engine.runs.removal import remove
from engine.runs.runner import Pass, Stage, execute
from engine.stages import standings

FROZEN = (
    "status", "enrolled_depth", "span_first", "span_end", "sponsored_first", "sponsored_end",
    "waived", "exempt", "forced_rank",
)  # fmt: skip
"""Properties of standings that do not depend on orders."""
HELD = (
    "active", "qualified_rank", "rank", "best_rank", "best_ranks", "lifetime_rank", "past_ranks", "kept_rank",
    "keeps", "volumes_after",
)  # fmt: skip
"""Properties that a restated run holds as they were paid, unless ranks are restated."""
LEFT_OUT = frozenset({
    "restated periods", "openings", "notes on earlier runs", "notes on overrides", "standings", "levels",
    "hashes of inputs", "orders of the period", "notes on legs", "spans of groups", "outside earnings",
    "matches on other calendars",
})  # fmt: skip
"""Steps of a run that read the living company, or whose outcome is frozen."""
DECIDING = frozenset({
    "activity", "ranks of the period before", "ranks", "requirements of bonuses", "compressed trees",
})  # fmt: skip
"""Steps that decide on activity, ranks and compression."""
TAKEN = (
    "run_id", "period", "calendar", "first_day", "last_day", "excluded_kinds", "plan",
    "plan_version", "plan_path", "plan_text", "plan_hash", "rules_hash", "checks_hash", "engine_version",
    "ranks", "currency", "currency_digits", "pay_without_sale", "overlays", "overlay_trees",
    "matched_bonuses", "matched_periods", "matched_hash", "outside_hash", "openings_of", "openings_hash",
)  # fmt: skip
"""What the record of a restated run has from that of the paid one."""


def reads_restated(run: RunRecord, instead: Mapping[int, int]) -> bool:
    """Whether a run has read runs of other calendars in whose place there are restated ones."""
    return any(number in instead for number in _elsewhere(run))


def _elsewhere(run: RunRecord) -> list[int]:
    """The runs of other calendars on which a run rests: not those that it carries from, or corrects."""
    facts = run.facts
    own = {facts.get("previous"), facts.get("previous_paid"), *(facts.get("corrects") or ())}
    return [number for number in facts.get("rests_on") or () if number not in own]


def compute(
    work: Work,
    stages: Sequence[Stage],
    paid: RunRecord,
    plan: Plan,
    target: Period,
    previous: int | None,
    *,
    held: bool,
) -> RunRecord:
    """The restated run of a paid one, as of the cut of the run under way; taken over where it is there.

    It carries from the run `previous`. `held`: ranks, activity and compression are as they were paid. What
    fails or is interrupted is removed, here or by the next command.
    """
    facts = _facts(work, paid, target, previous, held=held)
    rows = work.graph.write_rows("restating/ready", key=facts["restated_key"], run=work.run)
    if rows:
        return record_of(rows[0]["run"], rows[0]["totals"])
    number = _opened(work, facts)

    def again(stage: str, finished: int, total: int) -> None:
        work.report(f"{target.name} again: {stage}", finished, total)

    nested = replace(
        work, plan=plan, period=target, run=number, previous=previous, report=again, stage="", done=0,
        total=0, widths={}, results={"notes": [], "seconds": {}}, findings={}, from_live=False, moved=False,
        tree_hash=None, rests_on=set(), record=None, instead=dict(work.instead),
    )  # fmt: skip
    try:
        execute(nested, _stages(stages, paid, held=held))
        seconds = nested.results["seconds"]
        done = work.graph.write_rows(
            "restating/complete", run=number,
            facts={
                "members": nested.members, "depth": len(nested.widths["main"]),
                "notes": nested.results["notes"], "rests_on": paid.facts.get("rests_on") or [],
                "stages": list(seconds), "seconds": list(seconds.values()), "writers": work.writers,
                **nested.results["hashes"], **nested.results.get("facts", {}),
            },
        )[0]  # fmt: skip
    except driver.lost():
        raise
    except BaseException:
        if not work.is_apart:
            remove(work.graph, number)
        raise
    return record_of(done["run"], done["totals"])


def _opened(work: Work, facts: Mapping[str, Any]) -> int:
    """Open the restated run; returns its number."""
    if work.is_apart:
        number = work.run + APART * (1 + len(work.instead))
        return int(work.graph.write_rows("restating/begin_apart", facts=facts, number=number)[0]["number"])
    return int(work.graph.write_rows("restating/begin", facts=facts)[0]["number"])


APART = 100
"""Between the numbers of the restated runs of one preview; see engine/preview."""


def _facts(
    work: Work, paid: RunRecord, target: Period, previous: int | None, *, held: bool
) -> dict[str, Any]:
    """What the record of a restated run says at first; its key names all that it is computed from."""
    facts = {name: paid.facts[name] for name in TAKEN if paid.facts.get(name) is not None}
    rows = work.graph.read("restating/since", since=paid.facts["cut"], cut=work.cut)
    orders = [[row["order_id"], row["import_no"]] for row in rows if row["at"].to_native() < target.end]
    others = [[number, work.instead.get(number)] for number in _elsewhere(paid)]
    key = digest([paid.number, previous, held, orders, others, __version__])
    return facts | {
        "begins_at": target.start, "ends_at": target.end, "restates": paid.number, "restated_key": key,
        "cut": work.cut, "previous": previous, "ranks_held": held,
    }  # fmt: skip


def _stages(stages: Sequence[Stage], paid: RunRecord, *, held: bool) -> list[Stage]:
    """The map of a run on frozen standings: without what is frozen, and without what is held."""
    left_out = LEFT_OUT | DECIDING if held else LEFT_OUT
    first = [Pass("standings", partial(_copy, paid=paid, held=held)), Pass("figures", standings.count_frozen)]
    if held:
        first.append(Pass("what is held", partial(_hold, paid=paid)))
    made = []
    for stage in stages:
        steps = [step for step in stage.steps if step.name not in left_out]
        if stage.name == "standings":
            steps = [*first, *steps]
        if stage.name == "bonuses":
            steps = [Pass("matches on other calendars", partial(_match, paid=paid)), *steps]
        made.append(Stage(stage.name, tuple(steps)))
    return made


def _copy(work: Work, paid: RunRecord, *, held: bool) -> None:
    """Copy the paid run's standings, with what is frozen on them and their places in both trees."""
    of_members = [name for name in needed(work.plan) if copied(name)]
    elsewhere = [bonus.state for bonus in work.plan.due(work.period.calendar) if bonus.outside]
    matched = [] if reads_restated(paid, work.instead) else ["paid_elsewhere"]
    frozen = [*FROZEN, *of_members, *elsewhere, *matched]
    source = replace(work, run=paid.number, widths={})
    count_widths(source)
    visit(source, query("restating/copy"), "down", into=work.run, frozen=frozen)
    if any(source.widths.get("sponsor", ())):
        visit(source, query("restating/recruited"), "down", into=work.run)
    if held and work.plan.overlays:
        visit(source, query("restating/compressed"), "down", into=work.run)
    count_widths(work)


def _hold(work: Work, paid: RunRecord) -> None:
    """Let activity, ranks and what bonuses require be as they were paid."""
    marks = [
        bonus.meets or bonus.state for bonus in work.plan.due(work.period.calendar) if bonus.requirements
    ]
    everywhere(work, query("restating/held"), paid=paid.number, held=[*HELD, *marks])


def _match(work: Work, paid: RunRecord) -> None:
    """Match what other calendars should have paid, where that is something else than they paid."""
    if not reads_restated(paid, work.instead) or not paid.facts.get("matched_bonuses"):
        return
    rows = work.graph.read("periods/runs_of_numbers", numbers=list(paid.facts["rests_on"]))
    numbers = {row["run"]["period"]: row["run"]["number"] for row in rows}
    runs = [numbers[name] for name in paid.facts["matched_periods"]]
    everywhere(
        work, query("bonuses/elsewhere"), bonuses=list(paid.facts["matched_bonuses"]),
        runs=[work.instead.get(number, number) for number in runs],
    )  # fmt: skip
