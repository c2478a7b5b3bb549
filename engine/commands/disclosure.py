"""The commands for what a company shows of its plan: the compliance report, and the income disclosure."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.markup import escape

from engine import ranges
from engine.commands.console import counted, out, plain_out, print_json, settled, table
from engine.commands.figures import checked_period, number
from engine.commands.options import AsJson, PeriodOption, PlanOption
from engine.text import grouped

if TYPE_CHECKING:
    from engine.workbench.disclosure.compliance import Compliance
    from engine.workbench.disclosure.income import IncomeDisclosure

Form = Literal["table", "csv", "json", "html"]


def compliance(
    period: PeriodOption = None,
    plan: PlanOption = None,
    customers: Annotated[
        int, number(ranges.CUSTOMERS, "--customers", help="Customers that a member needs.")
    ] = 5,
    json: AsJson = False,
) -> None:
    """Show whether the pay of a period comes from sales, and name everybody who was paid without one.

    Example: upline compliance --period 2026-11 --customers 10
    """
    from engine.access.reach import Reach
    from engine.passes.record import result
    from engine.workbench.disclosure.compliance import compliance as report_of

    with settled() as graph:
        report = report_of(graph, Reach.everything, result(graph, period, plan), customers)
    assert report is not None, "everything is within reach"
    if json:
        from engine.workbench.disclosure.documents import compliance_json

        print_json(compliance_json(report))
    else:
        _show_compliance(report)


def _show_compliance(report: "Compliance") -> None:
    from engine.workbench.disclosure.documents import ORIGIN_NAMES, SIDE_SENTENCES
    from engine.workbench.disclosure.origins import REASONS
    from engine.workbench.disclosure.page import percent

    run, cash = report.run, report.cash
    out.print(
        f"[bold]{escape(run.plan)} {run.period}[/bold], run {run.number}: {SIDE_SENTENCES[report.side]}"
    )
    for sentence in report.reasons:
        out.print(escape(sentence))
    needed = counted(report.customers_needed, "customer")
    members, paid = (counted(each, "member") for each in (report.members, report.earners))
    out.print(
        f"\n{members}, {report.active:,} active, {report.active_few_customers:,} of them with fewer than "
        f"{needed}; {paid} paid, {report.earners_few_customers:,} of them with fewer than {needed} and "
        f"{report.earners_no_customer:,} with none"
    )
    if run.corrects:
        corrected = grouped(cash.amount(run.corrected))
        out.print(f"it corrects closed periods by {corrected} {cash.currency}, which is in no other figure")
    out.print(
        f"customers bought {percent(report.customer_share)} of the volume; pay is "
        f"{percent(report.payout_share)} of the volume\n"
    )
    origins = table(
        None, "pay for", f"amount {cash.currency}", "of pay", right=(f"amount {cash.currency}", "of pay")
    )
    for origin in report.origins:
        if origin.paid:
            amount = grouped(cash.amount(origin.paid))
            origins.add_row(ORIGIN_NAMES[origin.origin], amount, percent(origin.share))
    out.print(origins)
    bonuses = table(
        None, "bonus", f"paid {cash.currency}", "of volume", right=(f"paid {cash.currency}", "of volume")
    )
    for bonus in report.bonuses:
        bonuses.add_row(escape(bonus.bonus), grouped(cash.amount(bonus.paid)), percent(bonus.volume_share))
    out.print(bonuses)
    if report.without_sale:
        unsold = table(
            None,
            "member",
            "bonus",
            f"without a sale {cash.currency}",
            "because of",
            right=(f"without a sale {cash.currency}",),
        )
        for each in report.without_sale:
            amount = grouped(cash.amount(each.amount))
            unsold.add_row(escape(each.member_id), escape(each.bonus), amount, REASONS[each.reason])
        out.print(unsold)


def income(
    period: Annotated[
        str | None,
        typer.Argument(
            metavar="PERIOD",
            parser=checked_period,
            help="2026, 2026-Q4, 2026-11 ...: all periods of the plan that end in it count. "
            "Without it the latest that has been computed.",
        ),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", parser=checked_period, help="The last period of a longer range.")
    ] = None,
    plan: PlanOption = None,
    gaps: Annotated[
        bool, typer.Option("--gaps", help="Leave out periods without a run that counts, and name them.")
    ] = False,
    smallest: Annotated[
        int, number(ranges.GROUP, "--smallest", help="Smaller groups are shown together with the next one.")
    ] = 10,
    up_to: Annotated[
        list[int] | None,
        number(
            ranges.BAND, "--up-to", help="Count members with at most so much; 100, 500 and 1000 by default."
        ),
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", "-f", help="table to read; csv, json or html to publish.")
    ] = "table",
) -> None:
    """Show what all who took part in a range of periods earned: median, percentiles, ranks, expenses.

    Example: upline income 2026 --format html > income-2026.html
    """
    from engine.access.reach import Reach
    from engine.workbench.disclosure import documents, page
    from engine.workbench.disclosure.income import LIMITS
    from engine.workbench.disclosure.income import income as income_of

    with settled() as graph:
        disclosure = income_of(
            graph, Reach.everything, period, to, plan, gaps=gaps, smallest=smallest, limits=up_to or LIMITS
        )
    assert disclosure is not None, "everything is within reach"
    if form == "json":
        print_json(documents.as_json(disclosure))
    elif form == "table":
        _show_income(disclosure)
    else:
        plain_out.write(page.page(disclosure) if form == "html" else documents.as_csv(disclosure))


def _show_income(disclosure: "IncomeDisclosure") -> None:
    from engine.workbench.disclosure.documents import groups, limits, method
    from engine.workbench.disclosure.page import percent
    from engine.workbench.disclosure.spread import PERCENTILES

    cash = disclosure.cash
    bands = [f"up to {limit}" for limit in limits(disclosure)]
    amounts = ["median", *(f"p{each}" for each in PERCENTILES if each != 50), "mean"]
    heads = ["members", "share", "nothing", *bands, *amounts]
    title = f"{escape(disclosure.range.plan)} {disclosure.periods[0]}"
    title += f" to {disclosure.periods[-1]}" if len(disclosure.periods) > 1 else ""
    out.print(f"[bold]{title}[/bold], in {cash.currency}")
    shown = table(None, "group", *heads, right=tuple(heads))
    for each in groups(disclosure):
        of = each.spread
        order = [50, *(number for number in PERCENTILES if number != 50)]
        figures: list[Any] = [of.percentiles[number] for number in order]
        shown.add_row(
            escape(each.name), f"{of.members:,}",
            "" if each.members_share is None else percent(each.members_share),
            f"{of.nothing:,}", *(f"{band.members:,}" for band in of.bands),
            *("-" if figure is None else grouped(cash.amount(figure)) for figure in [*figures, of.mean]),
        )  # fmt: skip
    out.print(shown)
    for expense in disclosure.expenses:
        out.print(
            f"{counted(expense.members, 'member')} bought {escape(', '.join(expense.kinds))} for themselves: "
            f"{grouped(cash.amount(expense.amount))} {cash.currency}"
        )
    for sentence in method(disclosure):
        out.print(f"[dim]{escape(sentence)}[/dim]")
