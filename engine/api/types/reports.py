# mypy: allow-untyped-calls
"""Types for reports: what there are, and the rows of one."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import graphene
from graphene import Boolean, Field, InputObjectType, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.api.types.pages import PageInfo
from engine.api.types.runs import Run
from engine.api.types.scalars import described
from engine.workbench.reports import ColumnKind, kind_of
from engine.workbench.reports import Report as ReportFacts
from engine.workbench.reports import ReportPage as PageFacts


class ReportColumnKind(graphene.Enum):
    """What the values of a column are. Every value is text."""

    TEXT = ColumnKind.TEXT.value
    INTEGER = ColumnKind.INTEGER.value
    MONEY = ColumnKind.MONEY.value
    VOLUME = ColumnKind.VOLUME.value
    SHARE = ColumnKind.SHARE.value
    BOOLEAN = ColumnKind.BOOLEAN.value
    DATE = ColumnKind.DATE.value
    DATETIME = ColumnKind.DATETIME.value
    OTHER = ColumnKind.OTHER.value

    description = described(
        {
            ColumnKind.TEXT: "Text, such as a name or an id.",
            ColumnKind.INTEGER: "A whole number.",
            ColumnKind.MONEY: "An exact amount in units of the run's currency, such as 1234.50.",
            ColumnKind.VOLUME: "An exact volume, such as 99.50.",
            ColumnKind.SHARE: "A share, such as 0.250000 for a quarter.",
            ColumnKind.BOOLEAN: "true or false.",
            ColumnKind.DATE: "A day, such as 2026-11-30.",
            ColumnKind.DATETIME: "A day with a time.",
            ColumnKind.OTHER: "Anything else that a company's own report returns, as JSON.",
        }
    )


class ReportColumn(ObjectType):
    """A column of a report."""

    name = String(
        required=True,
        description="Its name. It may end in the unit of the stored figure (_minor); cells are decimals.",
    )
    kind = ReportColumnKind(required=True, description="What its values are.")


class ReportParameter(ObjectType):
    """A parameter of a report."""

    name = String(required=True, description="Its name.")
    default = Int(required=True, description="Its value where none is given.")


class Report(ObjectType):
    """A report on a run, or on the company of today, for data teams."""

    name = String(required=True, description="The report's name.")
    purpose = String(required=True, description="What it shows.")
    living = Boolean(
        required=True, description="Whether it is about the company of today. Then it needs no run."
    )
    columns = List(
        NonNull(ReportColumn),
        required=True,
        description="Its columns, and what the values of each are in `report`.",
    )
    parameters = List(NonNull(ReportParameter), required=True, description="What a caller can set.")

    @staticmethod
    def resolve_columns(root: ReportFacts, _info: ResolveInfo) -> list[dict[str, Any]]:
        """By their names, and the types in the header."""
        declared = root.statement.returns
        return [{"name": name, "kind": kind_of(name, declared[name]).value} for name in root.columns]

    @staticmethod
    def resolve_parameters(root: ReportFacts, _info: ResolveInfo) -> list[dict[str, Any]]:
        """With their defaults."""
        return [{"name": name, "default": default} for name, default in root.defaults.items()]


class ReportParameterInput(InputObjectType):
    """A value for a parameter of a report."""

    name = String(required=True, description="The parameter's name.")
    value = Int(required=True, description="Its value.")


class ReportRow(ObjectType):
    """A row of a report."""

    cells = List(
        String,
        required=True,
        description="A value for each column, in the order of `columns`: exact text, or null.",
    )


@dataclass(frozen=True, slots=True)
class ShownPage:
    """A page of a report, whose cursors are sealed."""

    page: PageFacts
    seal: Callable[[str], str]


class ReportRows(ObjectType):
    """Rows of a report, a page at a time."""

    report = NonNull(Report, description="The report.")
    run = Field(Run, description="The run that it is about; null where it is about the company of today.")
    nodes = List(NonNull(ReportRow), required=True, description="The rows of this page.")
    page_info = NonNull(PageInfo, description="Whether more rows follow, and the cursor to continue from.")

    @staticmethod
    def resolve_report(root: ShownPage, _info: ResolveInfo) -> ReportFacts:
        """The report of the page."""
        return root.page.report

    @staticmethod
    def resolve_run(root: ShownPage, _info: ResolveInfo) -> Any:
        """The run of the page."""
        return root.page.run

    @staticmethod
    def resolve_nodes(root: ShownPage, _info: ResolveInfo) -> list[dict[str, Any]]:
        """Each row with its cells."""
        return [{"cells": row} for row in root.page.rows]

    @staticmethod
    def resolve_page_info(root: ShownPage, _info: ResolveInfo) -> dict[str, Any]:
        """Cursors are the numbers of rows."""
        start, count = root.page.start, len(root.page.rows)
        return {
            "has_next_page": root.page.more,
            "has_previous_page": start > 0,
            "start_cursor": root.seal(str(start + 1)) if count else None,
            "end_cursor": root.seal(str(start + count)) if count else None,
        }
