"""`upline demo`: generates a company, imports it, computes two months and shows what was paid and why."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from engine import ranges
from engine.access.reach import Reach
from engine.commands.console import out, reporting, settled
from engine.commands.figures import number
from engine.errors import UplineError

if TYPE_CHECKING:
    from engine.answers.lines import Line
    from engine.explain.explanation import Explanation
    from engine.graph.database import Graph
    from engine.passes.record import RunRecord
    from engine.plans.plan import Plan
    from engine.progress import OnProgress

SEED = 7
MONTHS = ("2026-10", "2026-11")
PLAN = Path(__file__).parent.parent / "plans" / "aurora.toml"


class OtherCompanyError(UplineError):
    """The database contains a company that is not the demo's."""


class NothingToShowError(UplineError):
    """The demo's company is so small that nobody in it is paid across a compressed level."""


def demo(
    members: Annotated[
        int, number(ranges.MEMBERS, "--members", help="How many members the company has.")
    ] = 5000,
) -> None:
    """Generate a company, import it, compute two months in a real Neo4j, and show what was paid and why."""
    from engine import sample
    from engine.commands import answers, company
    from engine.commands.totals import show_totals
    from engine.explain.explanation import explain
    from engine.intake.importing import import_company
    from engine.passes.checks import every, violations
    from engine.passes.replay import plan_of
    from engine.run import run_file

    with settled() as graph:
        _refuse_other_company(graph, members)
        _heading(f"1. A generated company of {members:,} members")
        with tempfile.TemporaryDirectory() as folder, reporting() as report:
            sample.make(members, SEED, "bushy", Path(folder))
            imported = import_company(graph, Path(folder), progress=report)
        company.show(imported)
        _heading(f"2. The months {MONTHS[0]} and {MONTHS[1]}, computed with the plan {PLAN.name}")
        with reporting() as report:
            first, run = (run_file(graph, PLAN, month, _with_month(month, report)) for month in MONTHS)
        # There are no orders before the first month: a note that no earlier month was run would mislead.
        show_totals(replace(first, notes=()))
        show_totals(run)
        wrong = violations(graph, run.number)
        out.print(f"{len(every())} checks of {run.period}: {len(wrong)} violations")
        plan = plan_of(run)
        payee, line = _chosen(graph, run, plan)
        _heading("3. A member's statement")
        answers.show_statement(graph, run, payee, lines=5)
        _heading("4. Why this member was paid for an order far below, and why others were not")
        story = explain(graph, Reach.everything, run, payee, str(line.order_id))
        answers.show_explanation(run, plan, story)
        _heading("5. What to try next")
        _next_steps(payee, story)


def _with_month(month: str, report: OnProgress) -> OnProgress:
    """The same callback, with the month in front of each stage's name."""
    return lambda stage, done, total: report(f"{month} {stage}", done, total)


def _refuse_other_company(graph: Graph, members: int) -> None:
    """The demo writes only into an empty database, or over its own company."""
    from engine.answers.members import member, member_total
    from engine.genealogy.refusals import UnknownMemberError

    try:
        known = member(graph, Reach.everything, f"M{1:0{max(4, len(str(members)))}d}").name == "Aurora Vale"
    except UnknownMemberError:
        known = False
    if not known and member_total(graph, Reach.everything):
        raise OtherCompanyError(
            "the database contains another company",
            todo="Give the demo a home of its own: UPLINE_HOME=.upline/demo make demo",
        )


def _chosen(graph: Graph, run: RunRecord, plan: Plan) -> tuple[str, Line]:
    """A member with middle earnings, and a line that paid this member across inactive ones."""
    from engine.answers.lines import lines_paid_to
    from engine.answers.pay import middle_earners

    rank = min(2, len(plan.ranks))
    for member_id in middle_earners(graph, run, rank, 50):
        lines = [line for line in lines_paid_to(graph, Reach.everything, run, member_id) if line.order_id]
        lines.sort(key=lambda line: ((line.tree_level or 0) - line.level, line.exact), reverse=True)
        if lines and (lines[0].tree_level or 0) > lines[0].level:
            return member_id, lines[0]
    raise NothingToShowError(
        "nobody in this company is paid across a compressed level",
        todo="Generate a larger company with --members.",
    )


def _heading(text: str) -> None:
    out.print(f"\n[bold cyan]{text}[/bold cyan]")


def _next_steps(payee: str, story: Explanation) -> None:
    skipped = [skip.member_id for bonus in story.stories for step in bonus.steps for skip in step.skipped]
    other = skipped[0] if skipped else payee
    if home := os.environ.get("UPLINE_HOME"):
        out.print(f"  export UPLINE_HOME={home}", markup=False)
    explain_other = f"upline explain {other} --order {story.order.order_id}"
    for command, what in (
        (explain_other, "why another member was not paid for it"),
        (f"upline statement {payee} --json", "the whole statement, for programs"),
        (f"upline tree {payee} --levels 2", "the member's group"),
        (f"upline rank {payee}", "what is missing for the next rank"),
        ("upline compliance", "whether the pay comes from sales"),
        ("upline serve", "GraphQL at http://127.0.0.1:8080"),
        ("upline server stop", "stop the managed Neo4j"),
    ):
        out.print(f"  .venv/bin/{command:<44} [dim]{what}[/dim]")
