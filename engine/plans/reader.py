"""Reads plan files: TOML in, a checked `Plan` out.

Nothing here knows a bonus family: the keys that a table may have are the parameters that its rule declares.
docs/plan/ has the language.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from engine import ranges
from engine.errors import did_you_mean
from engine.money import (
    MOST_RATE_DIGITS,
    RATE_DIGITS,
    ROUNDINGS,
    Currency,
    Money,
    declared_digits,
    in_currency,
    money,
)
from engine.period import known_zone
from engine.plans.bonuses import CALENDARS, read_bonuses, read_caps
from engine.plans.cross_checks import refuse_rank_of_this_period
from engine.plans.overlays import Overlays
from engine.plans.plan import NO_RANK, Activity, Plan, Push, Rank
from engine.plans.quantities import Rates, text
from engine.plans.requirements import read_own_requirements, read_requirements
from engine.plans.table import PlanTable
from engine.plans.text import PlanError, PlanText
from engine.plans.values import ValueReader
from engine.rules.library import UnknownRuleError, rule

TREES = ("placement", "sponsor")
OF_OTHERS = re.compile(
    r"\b(legs|sponsored)\b|standing\.((group|team|accumulated_group|best|heads|legs_through)_"
    r"|(active_legs|active_recruits|sponsored_legs)\b)"
)
"""What a requirement reads that is not known before groups are."""


def read(path: Path, company: Path | None = None) -> Plan:
    """Read and check a plan file; raises PlanError with path and line.

    A byte order mark at the beginning is not part of the plan.
    """
    try:
        with path.open("rb") as file:
            text = file.read(4 * ranges.PLAN_LENGTH.most).decode("utf-8-sig")
    except OSError as error:
        raise PlanError(f"the plan file cannot be read: {error.strerror}", str(path)) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise PlanError("the plan file is not UTF-8 text", f"{path}:{line}", "Save it as UTF-8.") from error
    return parse(text, path, company)


def parse(text: str, path: Path, company: Path | None = None) -> Plan:
    """Check a plan's text; `path` is the file that refusals name."""
    if len(text) >= ranges.PLAN_LENGTH.most:
        most = ranges.PLAN_LENGTH.text(ranges.PLAN_LENGTH.most)
        raise PlanError(f"the plan file is longer than {most} characters", str(path), "Make it shorter.")
    try:
        digits = RATE_DIGITS
        while True:
            reader = _Reader(PlanText(path, text), _tables(text, path), company, digits)
            plan = reader.plan(text)
            if reader.rates.finest == digits:
                return plan
            digits = reader.rates.finest
    except RecursionError as error:
        raise PlanError("lists or tables are nested too deeply", str(path), "Write fewer levels.") from error


def _tables(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"{path}:{line[1]}" if line else str(path)
        raise PlanError(f"the plan file is not valid TOML: {error}", where) from error
    except ValueError as error:  # an integer of thousands of digits, which Python does not read
        digits = re.search(r"\d{4000}", text)
        number = text.count("\n", 0, digits.start()) + 1 if digits else 1
        raise PlanError("a number has thousands of digits", f"{path}:{number}", "Shorten it.") from error


class _Reader:
    """Reads a plan with rates of so many decimals; afterwards `rates.finest` says how many it needs."""

    def __init__(self, text: PlanText, data: dict[str, Any], company: Path | None, digits: int) -> None:
        self.text, self.company = text, company
        self.rates = Rates(digits, MOST_RATE_DIGITS)
        self.top = PlanTable(text, data, "")

    def plan(self, text: str) -> Plan:
        top = self.top
        name, version = top.text("name"), top.text("version", "1")
        zone = self._zone()
        tree = top.one_of("tree", TREES, "placement")
        cash = self._money()
        volume, activity = top.table("volume"), top.table("activity")
        customers = volume.flag("customers", True)
        accumulate = volume.flag("accumulate", False)
        group_commissionable = volume.flag("group_commissionable", False)
        excluded = tuple(volume.texts("exclude_kinds"))
        ranks = self._ranks()
        rank_values = ValueReader(tuple(rank.name for rank in ranks), None)
        floors = self._floors(activity, rank_values)
        floor = min(floors, default=0) if floors else activity.number("personal_volume", ranges.VOLUME, 0)
        days_todo = "Leave it out to count the orders of the period itself."
        days = activity.number("days", ranges.DAYS, 0, days_todo)
        rank_calendar = top.one_of("rank_calendar", CALENDARS, "")
        push = self._push(volume, floor, cash)
        volume.refuse_unknown_keys()
        required_activity = self._activity(activity, rank_values)
        activity.refuse_unknown_keys()
        demotion = top.number("rank_demotion", ranges.RANKS) if top.has("rank_demotion") else None
        values = ValueReader(tuple(rank.name for rank in ranks), cash, self.rates)
        overlays = Overlays(self.text, values, floor, self.company)
        bonuses = read_bonuses(top.tables("bonus"), values, tree, overlays, self.company)
        caps = read_caps(top.tables("cap"), bonuses, values)
        top.refuse_unknown_keys()
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Plan(
            self.text.path, text, name, version, digest, cash, zone, tree, customers, excluded, floor,
            ranks, bonuses, tuple(overlays.all), caps, push, days, rank_calendar, required_activity,
            accumulate, group_commissionable, floors, demotion,
        )  # fmt: skip

    def _zone(self) -> str:
        zone = self.top.text("time_zone", "UTC")
        if not known_zone(zone):
            todo = did_you_mean(zone, available_timezones()) or "Use a name such as Europe/Berlin."
            raise self.top.error("time_zone", f"no time zone is called {zone!r}", todo)
        return zone

    def _money(self) -> Money:
        currency = self._currency()
        rounding = self.top.table("rounding")
        rounding_rule = rounding.one_of("rule", ROUNDINGS, "half_even")
        level = rounding.one_of("at", ("line", "total"), "line")
        rounding.refuse_unknown_keys()
        with self.top.errors_at("point_value"):
            scale = ranges.POINT_VALUE.scale
            point = Fraction(ranges.POINT_VALUE.read(self.top.value("point_value", "1")), scale)
        with self.top.errors_at("point_value"):
            return money(currency, rounding_rule, level == "line", point, self.rates.digits)

    def _currency(self) -> Currency:
        """The plan's currency: a code of ISO 4217, or one of the company's own with its digits."""
        written = self.top.value("currency", "USD")
        if isinstance(written, dict):
            table = PlanTable(self.text, written, "", "currency")
            code = table.text("code")
            with table.errors_at("digits"):
                currency = in_currency(code, declared_digits(code, table.value("digits")))
            table.refuse_unknown_keys()
            return currency
        code = self.top.text("currency", "USD")
        if not (len(code) == 3 and code.isascii() and code.isupper()):
            raise self.top.error(
                "currency",
                f"{code!r} is not a currency code",
                "Write a code such as USD, EUR or JPY, or for another currency its digits too: "
                '{ code = "USDT", digits = 3 }.',
            )
        return in_currency(code)

    def _ranks(self) -> tuple[Rank, ...]:
        tables = self.top.tables("rank", ranges.RANKS)
        names = [table.text("name") for table in tables]
        for table, name in zip(tables, names, strict=True):
            if name == NO_RANK:
                raise table.error("name", f"the rank name {name!r} is reserved: it means no rank")
            if names.count(name) > 1:
                raise table.error("name", f"two ranks are called {name!r}", "Give each its own name.")
        values = ValueReader(tuple(names), None)
        grace = self.top.number("rank_grace", ranges.GRACE, 0)
        return tuple(self._rank(number, table, values, grace) for number, table in enumerate(tables, 1))

    def _rank(self, number: int, table: PlanTable, values: ValueReader, grace: int) -> Rank:
        requirements, ways = read_own_requirements(table, values, self.company)
        active = table.flag("must_be_active", True)
        grace = table.number("grace", ranges.GRACE, grace)
        refuse_rank_of_this_period(table, requirements)
        name, match = table.text("name"), table.one_of("match", ("all", "any"), "all")
        permanent = table.flag("permanent", False)
        table.refuse_unknown_keys()
        return Rank(number, name, match, active, requirements, ways, grace, permanent)

    def _floors(self, table: PlanTable, values: ValueReader) -> tuple[int, ...]:
        """The activity floor by rank number, where [activity] gives one by rank; else empty."""
        by_rank = table.value("personal_volume", 0)
        if not isinstance(by_rank, Mapping):
            return ()
        with table.errors_at("personal_volume"):
            return tuple(floor for (floor,) in values.volume_by_rank(by_rank))

    def _activity(self, table: PlanTable, values: ValueReader) -> Activity | None:
        """What [activity] requires besides the floor: requirements on the member alone."""
        match = table.one_of("match", ("all", "any"), "all")
        if not table.has("require"):
            return None
        requirements, ways = read_requirements(match, table, "require", values, self.company)
        for requirement in requirements:
            kind = requirement.module.name
            if requirement.values.get("this_period"):
                raise table.error(
                    "require",
                    f"{kind}: this_period is not possible here: this period's rank depends on activity",
                    "Leave out this_period to go by the periods before.",
                )
            columns = requirement.module.columns.values()
            reads_others = any(OF_OTHERS.search(column.text) for column in columns)
            if reads_others and requirement.values.get("of") != "personal":
                raise table.error(
                    "require",
                    f"{kind} looks at other members, but activity is decided before any group is counted",
                    "Require something of the member alone, such as orders or customers.",
                )
        refuse_rank_of_this_period(table, requirements)
        return Activity(requirements, ways)

    def _push(self, volume: PlanTable, floor: int, cash: Money) -> Push | None:
        """The push rule that ``push_up`` in [volume] names, if there is one."""
        if not volume.has("push_up"):
            return None
        setting = volume.value("push_up")
        if setting is False:
            return None
        setting = "push_up" if setting is True else setting
        options = PlanTable(self.text, setting if isinstance(setting, dict) else {}, volume.place)
        with volume.errors_at("push_up"):
            name = options.text("rule", "push_up") if isinstance(setting, dict) else text(setting)
        try:
            module = rule("push", name, self.company)
        except UnknownRuleError as error:
            raise volume.error("push_up", error.what, error.todo) from error
        parameters = ValueReader((), cash).parameters(module, options)
        options.refuse_unknown_keys()
        return Push(module, {"kind": module.name, "floor": floor, **parameters})
