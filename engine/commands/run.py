"""Computing: run a period, compute a folder of tables in one shot, check a run, list runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.answers.export import FORMATS, Export, summary
from engine.commands.console import (
    aligned,
    counted,
    grouped,
    note,
    out,
    print_json,
    reporting,
    settled,
    table,
)
from engine.compute import compute as compute_tables
from engine.passes.chain import Chain, out_of_date
from engine.passes.record import RunRecord, complete, result
from engine.passes.replay import plan_of, unchanged
from engine.period import period as named
from engine.plans.reader import read
from engine.run import run as compute_period
from engine.run import tried
from engine.runs.life import sweep
from engine.settings import Settings

PeriodName = Annotated[str, typer.Option("--period", "-p", help="2026-11, 2026-W47, 2026-Q4, ...")]
PlanFile = Annotated[Path, typer.Option("--plan", help="The plan file (TOML).", exists=True, dir_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Exact data for programs.")]
WantedPeriod = Annotated[
    str | None, typer.Option("--period", "-p", help="The period; by default the latest run.")
]
WantedPlan = Annotated[str | None, typer.Option("--plan", help="The plan's name, where several have run.")]


def run(
    period: PeriodName,
    plan: PlanFile,
    afresh: Annotated[bool, typer.Option("--afresh", help="Compute even where nothing has changed.")] = False,
    chain: Annotated[
        bool, typer.Option("--chain", help="First compute the earlier periods that are out of date.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a result by another text of the plan.")
    ] = False,
    trial: Annotated[
        bool, typer.Option("--trial", help="Show what the plan would pay, and keep nothing of it.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Compute a period by a plan, in the database; where nothing has changed since, the run there is stands.

    Example: upline run --period 2026-11 --plan engine/plans/aurora.toml
    """
    with settled() as graph:
        by = read(plan, Settings().rules)
        of = named(period, by.zone)
        if chain:
            for earlier, earlier_plan in Chain(graph, by.name).before(by, of):
                note(f"{earlier.name} is out of date, so it is computed first")
                with reporting() as report:
                    compute_period(graph, earlier_plan, earlier, report)
        else:
            for link in Chain(graph, by.name).basis(by, of):
                if link.reasons:
                    note(out_of_date(link))
        if trial:
            with reporting() as report, tried(graph, by, of, report) as shown:
                _show(shown, json=json)
            note("this was a trial: nothing of it was kept, and no result was replaced")
            return
        done = None if afresh else unchanged(graph, by, of)
        if done:
            note(f"nothing has changed since run {done.number}, so it stands; --afresh computes it again")
        else:
            with reporting() as report:
                done = compute_period(graph, by, of, report, replace=replace)
        _show(done, json=json)
        with reporting() as report:
            sweep(graph, report)


def _show(done: RunRecord, *, json: bool) -> None:
    if json:
        print_json(summary(done, plan_of(done)))
    else:
        show_totals(done)


def compute(
    directory: Annotated[
        Path, typer.Argument(help="Folder of company tables.", exists=True, file_okay=False)
    ],
    plan: PlanFile,
    period: Annotated[list[str], typer.Option("--period", "-p", help="Repeat for several, in order.")],
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables and report.json.")],
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    accept_valid: Annotated[bool, typer.Option("--accept-valid", help="Leave out refused rows.")] = False,
    json: AsJson = False,
) -> None:
    """Import, run and write all tables in one go, in a store that is thrown away.

    Example: upline compute company --plan plan.toml --period 2026-10 --period 2026-11 --out result
    """
    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    with reporting() as report:
        imported, runs = compute_tables(
            directory, plan, period, to, format=format, accept_valid=accept_valid, report=report,
            told=lambda line: report(line, 0, 0),
        )  # fmt: skip
    for warning in imported.warnings:
        note(warning)
    if imported.refusals:
        note(f"{len(imported.refusals):,} refusals are in {imported.refusals_file}")
    if json:
        print_json([summary(done, plan_of(done)) for done in runs])
        return
    for done in runs:
        show_totals(done)
    out.print(f"tables and report.json are in {to}", markup=False)


def export(
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables and report.json.")],
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    period: WantedPeriod = None,
    plan: WantedPlan = None,
) -> None:
    """Write a finished run's tables: standings, earnings, lines, rank cards, totals."""
    if format not in FORMATS:
        raise typer.BadParameter(f"{format!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    with settled() as graph, reporting() as report:
        tables = Export(to, format)
        tables.add(graph, result(graph, period, plan), lambda name: report(name, 0, 0))
        tables.finish()
    out.print(f"tables and report.json are in {to}", markup=False)


def check(period: WantedPeriod = None, plan: WantedPlan = None, json: AsJson = False) -> None:
    """Check a finished run: volume, money, trees, overlays. Exit status 1 on violations."""
    from engine.passes.checks import every, violations

    with settled() as graph:
        done = result(graph, period, plan)
        found = violations(graph, done.number, Settings().rules)
    if json:
        print_json(
            [{"check": v.check, "where": v.where, "expected": v.expected, "actual": v.actual} for v in found]
        )
    else:
        shown = table(f"run {done.number} of {done.period} by {done.plan}", "check", "says", "violations")
        for each in every(Settings().rules):
            name = each.name.removeprefix("checks/")
            wrong = [v for v in found if v.check == name]
            shown.add_row(name, each.purpose, "; ".join(f"{v.where}: {v.actual}" for v in wrong) or "none")
        out.print(shown)
    if found:
        raise typer.Exit(1)


def runs(json: AsJson = False) -> None:
    """List the finished runs, newest first."""
    with settled() as graph:
        found = complete(graph)
    if json:
        print_json([summary(done, plan_of(done)) for done in found])
        return
    shown = table(
        None, "run", "period", "plan", "members", "paid", "finished", right=("run", "members", "paid")
    )
    for done in found:
        cash = plan_of(done).money
        paid = cash.amount(sum(total["paid"] for total in done.totals))
        ended = f"{done.finished_at:%Y-%m-%d %H:%M:%S}" if done.finished_at else ""
        members = f"{done.facts['members']:,}"
        shown.add_row(str(done.number), done.period, done.plan, members, f"{paid} {cash.currency}", ended)
    out.print(shown)
    for done in found:
        for sentence in done.notes:
            out.print(f"note on run {done.number}: {sentence}", markup=False)


def show_totals(done: RunRecord) -> None:
    """A run's totals as a page: what each bonus could pay, paid and left with the company."""
    plan = plan_of(done)
    told = summary(done, plan)
    seconds = sum(told["seconds"].values())
    out.print(
        f"\n[bold]{done.plan}[/bold] {done.period}: {counted(told['members'], 'member')}, "
        f"{counted(told['depth'], 'level')}, run {done.number}, {seconds:.1f} s"
    )
    columns = {
        "could pay": "budget",
        "stays with company": "breakage",
        "rounding": "rounding",
        "cut by caps": "cut",
        "paid": "paid",
    }
    if not any(total["cut"] for total in done.totals):
        del columns["cut by caps"]
    figures = (*columns, "payees")
    shown = table(None, "bonus", *figures, right=figures)
    names = [total["bonus"] for total in told["totals"]]
    payees = [f"{total['payees']:,}" for total in told["totals"]]
    cells = [aligned([total[key] for total in told["totals"]]) for key in columns.values()]
    for row in zip(names, *cells, payees, strict=True):
        shown.add_row(*map(str, row))
    out.print(shown)
    paid = sum(total["paid"] for total in done.totals)
    sums = "could pay - stays with company + rounding" + " - cut by caps" * ("cut by caps" in columns)
    out.print(f"paid in all: {grouped(plan.money.amount(paid))} {told['currency']} (paid = {sums})")
    out.print(f"the same input always gives these results: {told['hashes']['results'][:12]}")
    for sentence in done.notes:
        out.print(f"note: {sentence}", markup=False)
