"""Matches: what bonuses of other calendars paid in the periods that end in this one, to be matched in it.

A month's match on a weekly bonus rests on the complete runs of the weeks whose last day falls in the month,
all of one plan. What they paid, after caps, is copied onto the month's standings, so that the month does not
depend on them afterwards. Of a committed week that refunds correct, what it should have paid is matched. The
run keeps which periods those were, and a hash of their results.
"""

from engine.graph.queries import query
from engine.passes import record
from engine.passes.context import Frozen, Work
from engine.passes.levels import everywhere


def bring(work: Work) -> None:
    """Copy the matched earnings onto the standings, and note each period that has no complete run."""
    named = work.plan.matched_elsewhere(work.period.calendar)
    if not named:
        return
    if work.frozen is not None and work.takes_matches:
        _take_over(work, work.frozen)
        return
    complete = {
        run.period: run for run in reversed(record.complete(work.graph)) if run.plan == work.plan.name
    }
    matched: list[tuple[str, record.RunRecord]] = []
    missing: dict[str, list[str]] = {}
    for name, calendar in named.items():
        for each in work.period.ending(calendar):
            if each.name in complete:
                matched.append((name, complete[each.name]))
            else:
                missing[each.name] = [*missing.get(each.name, []), name]
    for period, names in missing.items():
        work.results["notes"].append(
            f"there is no complete run of {period} by {work.plan.name}, so nothing is matched on what "
            f"{', '.join(names)} would have paid in it. Run {period} first, then this period again"
        )
    hashed = [[name, run.period, run.facts["results_hash"]] for name, run in matched]
    facts = {
        "matched_bonuses": [name for name, _ in matched],
        "matched_periods": [run.period for _, run in matched],
        "matched_hash": record.digest(hashed),
    }
    work.rests_on |= {run.number for _, run in matched}
    work.graph.write_rows("runs/matched", run=work.run, facts=facts)
    if matched:
        everywhere(
            work,
            query("bonuses/elsewhere"),
            bonuses=facts["matched_bonuses"],
            runs=[work.instead.get(run.number, run.number) for _, run in matched],
        )


def _take_over(work: Work, source: Frozen) -> None:
    """Keep on the record what the run has matched whose standings, with the amounts, are taken over."""
    names = ("matched_bonuses", "matched_periods", "matched_hash")
    facts = {name: source.run.facts[name] for name in names if name in source.run.facts}
    work.graph.write_rows("runs/matched", run=work.run, facts=facts)
