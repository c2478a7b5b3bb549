# mypy: allow-untyped-calls
"""Where a client begins with reports: which there are, and the rows of one."""

from functools import partial
from typing import Any

from graphene import Argument, Field, List, NonNull, ResolveInfo, String

from engine.api.context import Context
from engine.api.types.chosen import RUN_ERRORS, chosen, of_run
from engine.api.types.pages import Listing, paged_forward, parted
from engine.api.types.reports import Report, ReportParameterInput, ReportRows, ShownPage
from engine.errors import UplineError
from engine.settings import Settings
from engine.workbench.reports import Report as ReportFacts
from engine.workbench.reports import every, find, page


class ParameterTwiceError(UplineError):
    """A parameter of a report has two values."""


class ReportsRoot:
    """Fields on reports."""

    reports = List(
        NonNull(Report),
        description="The reports that you may have, by name: those about the whole company that show nothing "
        "beyond your role. Empty for members.",
    )
    report = Field(
        ReportRows,
        name=NonNull(String, description="The report's name, as in `reports`."),
        parameters=Argument(
            List(NonNull(ReportParameterInput)),
            description="Values for its parameters; the others have their defaults.",
        ),
        **of_run(),
        **paged_forward("rows"),
        description="Rows of a report on a finished run, by default that of the latest period, or on the "
        "company of today: the same as `upline report` prints. It shows the first 10,000 rows. "
        f"{RUN_ERRORS[:-1]}, `unknown_report`, `report_parameter`, `parameter_twice`, `row_limit`.",
    )

    @staticmethod
    async def resolve_reports(_root: object, info: ResolveInfo) -> list[ReportFacts]:
        """From the files, which are read once."""
        context: Context = info.context
        return await context.ask(every, Settings().rules, context.reach)

    @staticmethod
    async def resolve_report(
        _root: object,
        info: ResolveInfo,
        name: str,
        parameters: list[dict[str, Any]] | None = None,
        **arguments: Any,
    ) -> ShownPage:
        """A page of the rows."""
        context: Context = info.context
        paging, choice = parted(arguments)
        report = await context.ask(find, name, Settings().rules, context.reach)
        values = {each["name"]: each["value"] for each in parameters or ()}
        if len(values) < len(parameters or ()):
            raise ParameterTwiceError("a parameter is named twice", todo="Give each parameter one value.")
        run = None if report.living else await chosen(info, **choice)
        listing = Listing(info, paging, run.number if run else name)
        rows = await context.ask(
            page, context.graph, report, run, values, listing.stretch.size, int(listing.stretch.after or 0),
            partial(context.finished.plan, run) if run else None,
        )  # fmt: skip
        return ShownPage(rows, listing.sealed)
