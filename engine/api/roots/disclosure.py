# mypy: allow-untyped-calls
"""Where a client begins with what a company shows of its plan: compliance, and the income disclosure."""

from functools import partial
from typing import Any

from graphene import Argument, Boolean, Field, Int, List, NonNull, ResolveInfo, String

from engine.api.context import Context
from engine.api.types.chosen import PLAN, RUN_ERRORS, chosen, of_run
from engine.api.types.disclosure import Compliance, IncomeDisclosure
from engine.workbench.disclosure.compliance import CUSTOMERS_NEEDED, compliance
from engine.workbench.disclosure.documents import as_json, compliance_json
from engine.workbench.disclosure.income import LIMITS, SMALLEST, income

MOST_MEMBERS = 50_000
"""Members of all runs together that one request reads."""


class DisclosureRoot:
    """Fields on what a company shows of its plan."""

    compliance = Field(
        Compliance,
        customers_needed=Int(
            required=True,
            default_value=CUSTOMERS_NEEDED,
            description="How many customers a member needs not to have few.",
        ),
        **of_run(),
        description="Whether the pay of a finished run comes from sales, by default that of the latest "
        "period; for finance and admin. The same as `upline compliance` prints. "
        f"{RUN_ERRORS[:-1]}, `amount`, `rules_changed`, `disclosure_too_large`.",
    )
    income_disclosure = Field(
        IncomeDisclosure,
        period=Argument(
            String,
            description="2026, 2026-Q4, 2026-11 ...: all periods of the plan that end in it count. Default: "
            "the latest one that has been computed.",
        ),
        to=Argument(String, description="The last period of a range that `period` begins."),
        plan=Argument(String, description=PLAN),
        gaps=Boolean(
            required=True,
            default_value=False,
            description="Leave out periods without a run that counts, and name them. Otherwise they are "
            "refused.",
        ),
        smallest=Int(
            required=True,
            default_value=SMALLEST,
            description="Groups with fewer members are shown together with the next one.",
        ),
        up_to=Argument(
            NonNull(List(NonNull(Int))),
            default_value=list(LIMITS),
            description="Amounts in units of the currency: members with at most so much are counted.",
        ),
        description="What all who took part in some periods earned, for finance and admin. The same as "
        "`upline income` prints. Errors: `bad_period`, `backwards_range`, `no_run`, `ambiguous_plan`, "
        "`periods_missing`, `amount`, `currencies_differ`, `too_few_members`, `disclosure_too_large`.",
    )  # fmt: skip

    @staticmethod
    async def resolve_compliance(
        _root: object, info: ResolveInfo, customers_needed: int, **choice: Any
    ) -> dict[str, Any] | None:
        """The report as the command prints it as JSON."""
        context: Context = info.context
        run = await chosen(info, **choice)
        report = await context.read(compliance, run, customers_needed, MOST_MEMBERS)
        return None if report is None else compliance_json(report)

    @staticmethod
    async def resolve_income_disclosure(
        _root: object,
        info: ResolveInfo,
        gaps: bool,
        smallest: int,
        up_to: list[int],
        period: str | None = None,
        to: str | None = None,
        plan: str | None = None,
    ) -> dict[str, Any] | None:
        """The disclosure as the command prints it as JSON."""
        context: Context = info.context
        function = partial(income, gaps=gaps, smallest=smallest, limits=up_to, most_members=MOST_MEMBERS)
        disclosure = await context.read(function, period, to, plan)
        return None if disclosure is None else as_json(disclosure)
