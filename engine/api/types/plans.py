# mypy: allow-untyped-calls
"""Types for plans, rules and periods: what pays, in words, and what has been computed."""

from datetime import UTC, datetime
from typing import Any

from graphene import Boolean, Date, Enum, Field, Int, List, NonNull, ObjectType, ResolveInfo, String

from engine.api.types.runs import Run
from engine.api.types.scalars import RankMatch
from engine.passes.record import RunRecord
from engine.plans.plan import Plan as PlanFacts
from engine.plans.shown import Section, sections
from engine.rules.contract import FOLDERS
from engine.rules.header import sentence
from engine.rules.module import Module


class PlanRank(ObjectType):
    """A rank of a plan."""

    name = String(required=True, description="The rank's name.")
    number = Int(required=True, description="Its number: 1 is the lowest; 0 means no rank.")
    match = RankMatch(required=True, description="Whether all requirements must be met, or any one of them.")
    must_be_active = Boolean(required=True, description="Whether only active members can hold the rank.")
    permanent = Boolean(required=True, description="Whether it is never lost for pay.")
    grace = Int(
        required=True,
        description="For how many periods a member is still paid as this rank after missing it.",
    )


class BonusTable(ObjectType):
    """A table of a bonus: the first column has names, the others figures, as text."""

    columns = List(NonNull(String), required=True, description="The headings.")
    rows = List(NonNull(List(NonNull(String))), required=True, description="The rows.")


class PlanBonus(ObjectType):
    """A bonus of a plan, in words."""

    name = String(required=True, description="The bonus's name in the plan.")
    kind = String(required=True, description="The rule that computes it, such as unilevel.")
    about = String(required=True, description="What the rule pays, in a sentence.")
    words = List(NonNull(String), required=True, description="What the plan sets, a sentence each.")
    tables = List(NonNull(BonusTable), required=True, description="Rates or amounts by rank and level.")


class Plan(ObjectType):
    """A plan as the run of its latest period used it."""

    name = String(required=True, description="The plan's name.")
    version = String(required=True, description="Its version.")
    currency = String(required=True, description="The currency that it pays in.")
    latest_run = Field(NonNull(Run), description="The run of its latest period.")
    words = List(NonNull(String), description="Activity and terms, a sentence each.")
    ranks = List(NonNull(PlanRank), description="Its ranks, lowest first.")
    rank_words = List(NonNull(String), description="What the ranks require, a sentence each.")
    bonuses = List(NonNull(PlanBonus), description="The bonuses that this run's calendar pays, in its order.")

    @staticmethod
    def resolve_name(root: RunRecord, _info: ResolveInfo) -> str:
        """From the run's record."""
        return root.plan

    @staticmethod
    def resolve_version(root: RunRecord, _info: ResolveInfo) -> str:
        """From the run's record."""
        return root.plan_version

    @staticmethod
    def resolve_currency(root: RunRecord, _info: ResolveInfo) -> str:
        """From the run's record."""
        return str(root.facts["currency"])

    @staticmethod
    def resolve_latest_run(root: RunRecord, _info: ResolveInfo) -> RunRecord:
        """The run itself."""
        return root

    @staticmethod
    def resolve_words(root: RunRecord, info: ResolveInfo) -> list[str]:
        """The first part of the plan's page."""
        return list(_sections(info, root)[0].sentences)

    @staticmethod
    def resolve_ranks(root: RunRecord, info: ResolveInfo) -> list[Any]:
        """The plan's own."""
        return list(_plan(info, root).ranks)

    @staticmethod
    def resolve_rank_words(root: RunRecord, info: ResolveInfo) -> list[str]:
        """The part of the page on ranks."""
        return list(_sections(info, root)[1].sentences) if _plan(info, root).ranks else []

    @staticmethod
    def resolve_bonuses(root: RunRecord, info: ResolveInfo) -> list[dict[str, Any]]:
        """The parts of the page on bonuses."""
        plan = _plan(info, root)
        of_bonuses = _sections(info, root)[2 if plan.ranks else 1 :]
        return [
            {
                "name": bonus.name,
                "kind": bonus.module.name,
                "about": section.about,
                "words": list(section.sentences),
                "tables": [{"columns": grid.columns, "rows": grid.rows} for grid in section.grids],
            }
            for bonus, section in zip(plan.bonuses, of_bonuses, strict=False)
        ]


def _plan(info: ResolveInfo, run: RunRecord) -> PlanFacts:
    plan: PlanFacts = info.context.finished.plan(run)
    return plan


def _sections(info: ResolveInfo, run: RunRecord) -> list[Section]:
    return list(sections(_plan(info, run)))


RULE_KINDS = {
    "requirement": "What a rank or a bonus requires of a member.",
    "compression": "Who keeps a place in a compressed tree.",
    "bonus": "Who is paid for what.",
    "flow": "What a bonus finds out along the tree before it pays.",
    "push": "Which volume moves up, and to whom.",
    "placement": "Where a member of the holding tank is placed.",
}
RuleKind = Enum(
    "RuleKind",
    [(kind.upper(), kind) for kind in FOLDERS],
    description=lambda value: RULE_KINDS[value.value] if value else "What a rule is a rule of.",
)


class RuleParameter(ObjectType):
    """A parameter that a plan gives a rule."""

    name = String(required=True, description="Its name in the plan file.")
    type = String(required=True, description="Its type, such as RATE or VOLUME.")
    default = String(description="What holds where the plan leaves it out; null where it must be given.")


class Rule(ObjectType):
    """A rule that plans can name, as its header says."""

    kind = Field(NonNull(RuleKind), description="What it is a rule of.")
    name = String(required=True, description="The name that a plan uses.")
    about = String(required=True, description="What it does, in a sentence.")
    purpose = String(required=True, description="All that its header says.")
    parameters = List(NonNull(RuleParameter), required=True, description="What a plan can set.")

    @staticmethod
    def resolve_about(root: Module, _info: ResolveInfo) -> str:
        """The first sentence of the header."""
        return sentence(root.purpose)

    @staticmethod
    def resolve_parameters(root: Module, _info: ResolveInfo) -> list[Any]:
        """As the header declares them."""
        return list(root.params)


class Period(ObjectType):
    """A period that has been computed."""

    name = String(required=True, description="The period, such as 2026-11.")
    first_day = Date(required=True, description="Its first day.")
    last_day = Date(required=True, description="Its last day.")
    open = Boolean(
        required=True, description="Whether it has not ended yet (UTC), so that figures will change."
    )
    runs = List(NonNull(Run), required=True, description="The newest run of each plan, the newest first.")

    @staticmethod
    def resolve_name(root: list[RunRecord], _info: ResolveInfo) -> str:
        """Of any of its runs."""
        return root[0].period

    @staticmethod
    def resolve_first_day(root: list[RunRecord], _info: ResolveInfo) -> Any:
        """Of any of its runs."""
        return root[0].facts["first_day"].to_native()

    @staticmethod
    def resolve_last_day(root: list[RunRecord], _info: ResolveInfo) -> Any:
        """Of any of its runs."""
        return root[0].facts["last_day"].to_native()

    @staticmethod
    def resolve_open(root: list[RunRecord], _info: ResolveInfo) -> bool:
        """By this server's clock."""
        return bool(root[0].facts["last_day"].to_native() >= datetime.now(UTC).date())

    @staticmethod
    def resolve_runs(root: list[RunRecord], _info: ResolveInfo) -> list[RunRecord]:
        """Themselves."""
        return root
