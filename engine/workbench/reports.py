"""Reports: read-only queries for data teams on the standings of one complete run.

A report is a file of cypher/reports, or of a company's own folder `reports`. Its columns say their unit last
in their name: `_minor` (minor units of the run's currency), `_hundredths` (of volume), `_ppm` (per million).
Its parameters may have defaults; run, floor (of activity, in hundredths), unit and parts (a hundredth of
volume at the plan's smallest rate is worth unit / parts minor units) are filled in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.composition.vetting import vet_question
from engine.errors import UplineError
from engine.graph import adhoc
from engine.graph.database import Graph
from engine.graph.queries import Query
from engine.money import Currency, decimal
from engine.passes.record import RunRecord
from engine.passes.replay import plan_of
from engine.plans.plan import Plan
from engine.rules import returned
from engine.rules.library import questions

FILLED = ("run", "floor", "unit", "parts")
"""Parameters that come from the run and its plan."""


class UnknownReportError(UplineError):
    """No report has that name."""


class ReportParameterError(UplineError):
    """A report has no such parameter, or cannot take its value."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report; `defaults` holds the parameters that a caller may give."""

    name: str
    statement: Query
    purpose: str
    defaults: Mapping[str, int]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of its columns, units last."""
        return tuple(self.statement.returns)

    @property
    def summary(self) -> str:
        """The first sentence of its purpose."""
        return self.purpose.partition(". ")[0].rstrip(".")


def every(company: Path | None = None) -> list[Report]:
    """All reports, by name; with a company's folder of rules its own too."""
    return [_report(name, statement) for name, statement in sorted(questions("report", company).items())]


def find(name: str, company: Path | None = None) -> Report:
    """The report of that name; raises UnknownReportError with the known ones."""
    known = questions("report", company)
    if name not in known:
        listed = ", ".join(sorted(known))
        raise UnknownReportError(f"no report is called {name!r}", todo=f"There are {listed}.")
    return _report(name, known[name])


def ask(
    graph: Graph,
    report: Report,
    run: RunRecord,
    parameters: Mapping[str, object] | None = None,
    seconds: float = adhoc.MOST_SECONDS,
    begins: Callable[[], None] = lambda: None,
) -> list[tuple[object, ...]]:
    """The rows of a report on a run, in the order of `report.columns`; all figures are whole numbers.

    `begins` is called when the report's time begins. Raises ReportParameterError for a parameter that the
    report does not have or that is not a whole number, TimeLimitError after so many seconds, and
    RuleValueError where a company's own report returns something else than its header says.
    """
    chosen = dict(parameters or {})
    if wrong := sorted(chosen.keys() - report.defaults.keys()):
        offered = ", ".join(report.defaults) or "none"
        raise ReportParameterError(
            f"{report.name} has no parameter {wrong[0]}",
            todo=f"It has {offered}; the rest comes from the run.",
        )
    for name, value in chosen.items():
        if isinstance(value, bool) or not isinstance(value, int):
            raise ReportParameterError(f"{name} must be a whole number, not {value!r}")
    vet_question(graph, report.statement)
    values = {**report.defaults, **chosen, **filled(report, run.number, lambda: plan_of(run))}
    begins()
    rows = adhoc.rows(graph, report.statement, seconds, **values)
    returned.check_rows("report", report.statement, rows)
    return [tuple(row[column] for column in report.columns) for row in rows]


def readable(column: str, value: object, cash: Currency) -> object:
    """A value for people: money and volume as decimals, shares as per cent, others as they are."""
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    digits = {"_minor": cash.digits, "_hundredths": 2, "_ppm": 4}
    for unit, places in digits.items():
        if column.endswith(unit):
            return decimal(value, places) + ("%" if unit == "_ppm" else "")
    return value


def heading(column: str, currency: str) -> str:
    """A column's name for people, without its unit; money names the currency."""
    for unit, currency_name in (("_minor", f" {currency}"), ("_hundredths", ""), ("_ppm", "")):
        if column.endswith(unit):
            return column.removesuffix(unit).replace("_", " ") + currency_name
    return column.replace("_", " ")


def _report(name: str, statement: Query) -> Report:
    defaults = {
        param: int(kind.partition("=")[2]) for param, kind in statement.params.items() if param not in FILLED
    }
    return Report(name, statement, statement.purpose, defaults)


def filled(report: Report, run: int, plan_of_run: Callable[[], Plan]) -> dict[str, object]:
    """The parameters of a report that come from a run and its plan, which is read only if needed."""
    needed = report.statement.params.keys() & set(FILLED)
    values: dict[str, object] = {"run": run}
    if needed - {"run"}:
        plan = plan_of_run()
        values |= {"floor": plan.floor, "unit": plan.money.volume.unit, "parts": plan.money.volume.parts}
    return {name: values[name] for name in needed}
