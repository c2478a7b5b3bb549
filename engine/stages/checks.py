"""The checks stage: a run with any violation is no result."""

from engine.errors import UplineError
from engine.passes.checks import Violation, violations
from engine.passes.context import Work
from engine.settings import Settings


class CheckFailedError(UplineError):
    """The figures of a run contradict each other; `violations` holds the first ones of each check."""

    violations: tuple[Violation, ...] = ()


def check(work: Work) -> None:
    """Run every check on the run under way; raises CheckFailedError with the first violations."""
    work.progress(0, 0)
    corrects = "corrected_runs" in work.results.get("facts", {})
    violated = violations(work.graph, work.run, Settings().rules, work.gatherers, corrects=corrects)
    if not violated:
        return
    listed = "; ".join(f"{v.check}: {v.where} should be {v.expected}, is {v.actual}" for v in violated[:3])
    error = CheckFailedError(
        f"{len(violated)} violations: {listed}",
        todo="Nothing of this run counts. If a check of your own failed, correct what it found. If one of "
        "the engine's failed, the engine or a rule module is at fault: please report it.",
    )
    error.violations = tuple(violated)
    raise error
