"""Whether a finished run says today what it said when it was computed: its lines against its earnings.

A run stores what each member earned, and lines are derived by the same rules whenever somebody asks. Both say
the same for as long as the run is there.
"""

from collections.abc import Iterator

from engine.composition.bonuses import parameters, recompute_query
from engine.graph.database import Graph
from engine.passes.checks import SHOWN, Violation
from engine.passes.hashes import stored_results
from engine.passes.record import RunRecord
from engine.passes.replay import RulesChangedError, plan_of, window_of
from engine.plans.plan import Bonus, Plan
from engine.rules.module import RuleError

CHECK = "lines_say_what_was_earned"
"""The name under which a contradiction is reported, among those of checks."""
PURPOSE = "Each bonus's lines, derived again, sum up to the earnings that the run stored, payee by payee."
ALTERED = "results_are_as_completed"
"""The name under which results that were altered afterwards are reported."""
ALTERED_PURPOSE = (
    "Figures, earnings, and what the next period carries, are those that the run was completed with."
)


def contradictions(graph: Graph, run: RunRecord) -> list[Violation]:
    """Where lines and earnings of a run differ, at most SHOWN payees of each bonus.

    A violation expects what the lines say and finds what was stored, each as the exact figure, and the amount
    in minor units before caps. Where the run's rules cannot be read any more, that is a violation too.
    """
    try:
        plan = plan_of(run)
    except (RulesChangedError, RuleError) as error:
        return [Violation(CHECK, "rule modules of the run", "as they were", error.what)]
    return [wrong for bonus in plan.bonuses for wrong in _of_bonus(graph, run, plan, bonus)]


def altered(graph: Graph, run: RunRecord) -> list[Violation]:
    """Whether what is stored of a run is what it was completed with: one violation of its hash, or none.

    That covers what the next period carries too, such as legs, except for a run of an earlier release.
    """
    expected, actual = run.facts.get("results_hash"), stored_results(graph, run)
    return [] if expected in (None, actual) else [Violation(ALTERED, "hash of results", expected, actual)]


def _of_bonus(graph: Graph, run: RunRecord, plan: Plan, bonus: Bonus) -> Iterator[Violation]:
    statement = recompute_query(plan, bonus)
    chosen = {"run": run.number, "bonus": bonus.name, "shown": SHOWN}
    rows = graph.read(statement, **parameters(plan, bonus, window_of(run, plan), statement), **chosen)
    for row in rows:
        for member_id, exact, amount, stored_exact, stored_amount in row["wrong"]:
            yield Violation(
                CHECK, f"{member_id} in {bonus.name}", [exact, amount], [stored_exact, stored_amount]
            )
        derived, stored = [row["payees"], row["exact"]], [row["stored_payees"], row["stored_exact"]]
        if not row["wrong"] and derived != stored:
            yield Violation(CHECK, f"payees of {bonus.name}, and their exact sum", derived, stored)
