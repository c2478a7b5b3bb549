"""Opening balances: a company's first period here carries from what its table `openings` says.

They become standings of a run before the first, under the run's own number with a minus sign: whatever
carries from the run of the period before reads those. Once there is a run of that period, it comes first.
"""

from engine.passes.context import Work
from engine.passes.openings import standings_of
from engine.passes.record import digest

BATCH = 10_000
"""Standings written in one transaction."""


def bring(work: Work) -> None:
    """Carry from the openings as of the period before, where no run of that period is there."""
    if not work.company_has("openings"):
        return
    before = work.period.previous.name
    rows = work.graph.read("openings/as_of", plan=work.plan.name, period=before, cut=work.cut)
    if not rows:
        return
    if work.previous is not None and work.previous > 0:
        work.results["notes"].append(
            f"the openings as of {before} are not read, because run {work.previous} of {before} is there"
        )
        return
    standings = standings_of(work.plan, rows, before)
    work.graph.batched("runs/discard", run=-work.run)  # what live figures have brought
    members = [{"member_id": member, "facts": facts} for member, facts in standings.items()]
    for start in range(0, len(members), BATCH):
        work.graph.write("openings/open", run=-work.run, rows=members[start : start + BATCH])
    listed = [[row[name] for name in ("member_id", "kind", "name", "part", "value")] for row in rows]
    facts = {
        "previous": -work.run,
        "openings_of": before,
        "openings_hash": digest(listed),
    }
    work.graph.write_rows("runs/matched", run=work.run, facts=facts)
    work.previous = -work.run
