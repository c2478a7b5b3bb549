"""Commands that compute: run a period, compute a folder of tables in one go, export and check runs."""

from pathlib import Path
from typing import Annotated

import typer

from engine.commands.console import (
    counted,
    database,
    note,
    out,
    print_json,
    reporting,
    settled,
    table,
    tidy,
)
from engine.commands.figures import checked_period
from engine.commands.options import (
    AsJson,
    ExactText,
    MappingOption,
    PeriodName,
    PeriodOption,
    PlanFile,
    PlanOption,
    RefundRules,
    mapping_of,
)
from engine.text import pairs


def run_period(
    period_name: PeriodName,
    plan_file: PlanFile,
    afresh: Annotated[bool, typer.Option("--afresh", help="Compute even if nothing has changed.")] = False,
    chain: Annotated[
        bool, typer.Option("--chain", help="First compute the earlier periods that are out of date.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace a result that another text of the plan computed.")
    ] = False,
    trial: Annotated[
        bool, typer.Option("--trial", help="Show what the plan would pay, without keeping a result.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Compute a period with a plan; if nothing has changed since the last run, keep its results.

    Example: upline run --period 2026-11 --plan engine/plans/aurora.toml
    """
    from engine.commands.lost import begun_again

    begun_again(
        lambda: _run_period(
            period_name, plan_file, afresh=afresh, chain=chain, replace=replace, trial=trial, json=json
        )
    )


def _run_period(
    period_name: str, plan_file: Path, *, afresh: bool, chain: bool, replace: bool, trial: bool, json: bool
) -> None:
    from engine.commands import totals
    from engine.period import period
    from engine.plans.reader import read
    from engine.run_period import run_period, try_period
    from engine.settings import Settings

    with settled() as graph:
        plan = read(plan_file, Settings().rules)
        chosen = period(period_name, plan.zone)
        if trial:
            with reporting() as report:
                trial_run = try_period(graph, plan, chosen, report, say=note, chain=chain)
            totals.show(trial_run, json=json)
            note("this was a trial: it was not kept, and no result was replaced")
            return
        with reporting() as report:
            done = run_period(
                graph, plan, chosen, report, say=note, afresh=afresh, chain=chain, replace=replace
            )  # fmt: skip
        if done.kept:
            note(
                f"nothing has changed since run {done.run.number}, so its results are kept; "
                "--afresh computes them again"
            )
        totals.show(done.run, json=json)
        if going := tidy(graph):
            listed = ", ".join(map(str, going))
            note(
                f"what this replaces is removed in the background (run {listed}); "
                "upline server tidy waits for it"
            )


def compute_company(
    directory: Annotated[
        Path, typer.Argument(help="Folder of company tables.", exists=True, file_okay=False)
    ],
    plan_file: PlanFile,
    periods: Annotated[
        list[str],
        typer.Option(
            "--period", "-p", parser=checked_period, help="The period; repeat for several, in order."
        ),
    ],
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables and report.json.")],
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    exact_text: ExactText = False,
    accept_valid: Annotated[
        bool, typer.Option("--accept-valid", help="Leave out rows that are refused.")
    ] = False,
    refund_rule: RefundRules = None,
    mapping: MappingOption = None,
    json: AsJson = False,
) -> None:
    """Import a company, compute its periods and write all result tables, in a temporary database.

    Example: upline compute company --plan plan.toml --period 2026-10 --period 2026-11 --out result
    """
    from engine.answers.export import summary
    from engine.answers.sinks import FORMATS
    from engine.commands.totals import show_totals
    from engine.compute import compute

    if format not in FORMATS:
        raise typer.BadParameter(
            f"must be one of {', '.join(FORMATS)}, not {format!r}", param_hint="--format"
        )
    with reporting() as report:
        imported, runs = compute(
            directory, plan_file, periods, to, format=format, accept_valid=accept_valid,
            refund_rules=pairs(refund_rule or ()), exact_text=exact_text, report=report,
            mapping=mapping_of(mapping),
            announce=lambda step: report(step, 0, 0),
        )  # fmt: skip
    for warning in imported.warnings:
        note(warning)
    if imported.refusals:
        note(f"{counted(len(imported.refusals), 'refusal')}: see {imported.refusals_file}")
    if json:
        print_json([summary(done) for done in runs])
        return
    for done in runs:
        show_totals(done)
    out.print(f"tables and report.json are in {to}", markup=False)


def export(
    to: Annotated[Path, typer.Option("--out", "-o", help="Folder for the tables.")],
    company: Annotated[
        bool, typer.Option("--company", help="The company's own tables, as an import reads them.")
    ] = False,
    format: Annotated[str, typer.Option("--format", help="csv or parquet.")] = "csv",
    exact_text: ExactText = False,
    period: PeriodOption = None,
    plan: PlanOption = None,
) -> None:
    """Write the tables of a complete run, or with --company those of the company.

    Of a run: standings, earnings, lines, rank cards, totals. Of the company: what upline import reads.
    Example: upline export --company --out company
    """
    from engine.answers.export import Export
    from engine.answers.sinks import FORMATS
    from engine.passes.record import result

    if format not in FORMATS:
        raise typer.BadParameter(
            f"must be one of {', '.join(FORMATS)}, not {format!r}", param_hint="--format"
        )
    if company:
        if period or plan:
            raise typer.BadParameter(
                "leave it out: the tables of a company are of no period and plan",
                param_hint="--period" if period else "--plan",
            )
        _export_company(to, format, exact_text=exact_text)
        return
    with settled() as graph, reporting() as report:
        tables = Export(to, format, exact_text)
        tables.add(graph, result(graph, period, plan), lambda name: report(name, 0, 0))
        tables.finish()
    out.print(f"tables and report.json are in {to}", markup=False)


def _export_company(to: Path, format: str, *, exact_text: bool) -> None:
    from engine.intake.exporting import export_company

    with database() as graph, reporting() as report:
        done = export_company(graph, to, format=format, exact_text=exact_text, progress=report)
    for sentence in done.notes:
        note(sentence)
    page = table(None, "table", "rows", right=("rows",))
    for name, rows in done.rows.items():
        page.add_row(name, f"{rows:,}")
    out.print(page)
    out.print(f"the company's tables and company.json are in {to}", markup=False)


def check_run(period: PeriodOption = None, plan: PlanOption = None, json: AsJson = False) -> None:
    """Check a complete run: volume, money, trees, overlays, lines. Exit status 1 if anything is wrong."""
    from engine.answers.contradictions import (
        ALTERED,
        ALTERED_PURPOSE,
        CHECK,
        PURPOSE,
        altered,
        contradictions,
    )
    from engine.ledger import auditing
    from engine.passes.checks import every, violations
    from engine.passes.record import result
    from engine.settings import Settings

    with settled() as graph:
        done = result(graph, period, plan)
        wrong = violations(graph, done.number, Settings().rules, corrects=done.corrects)
        wrong += [*contradictions(graph, done), *altered(graph, done), *auditing.of_run(graph, done)]
    if json:
        print_json(
            [{"check": v.check, "where": v.where, "expected": v.expected, "actual": v.actual} for v in wrong]
        )
    else:
        title = f"run {done.number} of {done.period} with {done.plan}"
        page = table(title, "check", "what must be true", "violations")
        asked = every(Settings().rules, corrects=done.corrects)
        checks = [(check.name.removeprefix("checks/"), check.purpose) for check in asked]
        checks += [(CHECK, PURPOSE), (ALTERED, ALTERED_PURPOSE)]
        if done.facts.get("committed_at"):
            checks += [(name, auditing.CHECKS[name]) for name in auditing.OF_RUN]
        for name, purpose in checks:
            listed = "; ".join(f"{v.where}: {v.actual}" for v in wrong if v.check == name)
            page.add_row(name, purpose, listed or "none")
        out.print(page)
    if wrong:
        raise typer.Exit(1)


def list_runs(json: AsJson = False) -> None:
    """List the complete runs, newest first."""
    from engine.answers.export import summary
    from engine.passes.record import complete
    from engine.text import grouped

    with settled() as graph:
        runs = complete(graph)
    if json:
        print_json([summary(done) for done in runs])
        return
    corrects = ["corrections"] if any(done.corrections for done in runs) else []
    page = table(
        None, "run", "period", "plan", "members", "paid", *corrects, "finished", "committed",
        right=("run", "members", "paid", *corrects),
    )  # fmt: skip
    for done in runs:
        cash = done.cash
        paid = cash.amount(sum(total["paid"] for total in done.totals))
        ended = f"{done.finished_at:%Y-%m-%d %H:%M:%S}" if done.finished_at else ""
        members = f"{done.facts['members']:,}"
        page.add_row(
            str(done.number), done.period, done.plan, members, f"{grouped(paid)} {cash.currency}",
            *(grouped(cash.amount(done.corrected)) for _ in corrects), ended,
            "yes" if done.facts.get("committed_at") else "",
        )  # fmt: skip
    out.print(page)
    for done in runs:
        for sentence in done.notes:
            out.print(f"note on run {done.number}: {sentence}", markup=False)
