"""Reads plan files: TOML in, a checked `Plan` out.

Nothing here knows a bonus family: the keys that a table may have are the parameters that its rule declares.
docs/plan/ has the language.
"""

import hashlib
import itertools
import math
import re
import tomllib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from engine.errors import meant
from engine.money import RATE_SCALE, ROUNDINGS, Money, money, scaled
from engine.period import known_zone
from engine.plans import climbs
from engine.plans.conflicts import hold_known, hold_matched, hold_payees
from engine.plans.plan import NO_RANK, Activity, Bonus, Cap, Overlay, Plan, Push, Rank, Requirement, kept
from engine.plans.text import PlanError, PlanText, Table
from engine.plans.values import Values, per_million
from engine.rules.contract import Module, UnknownRuleError, rule

TREES = ("placement", "sponsor")
CALENDARS = ("", "day", "week", "month", "quarter", "year", "days")
CLIMBS = ("levels", "border", "ranks", "roles", "same", "higher")
OF_OTHERS = re.compile(r"\b(legs|sponsored)\b|standing\.(group|team|accumulated_group|best)_")
"""What a requirement asks that is not known before groups are."""
MOST_WAYS = 64
"""Ways to one rank: nested all and any are worked out beforehand, and nobody reads more."""


def read(path: Path, company: Path | None = None) -> Plan:
    """Read and check a plan file; raises PlanError with path and line."""
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise PlanError(f"cannot be read: {error.strerror}", str(path)) from error
    except UnicodeDecodeError as error:
        raise PlanError("is not UTF-8 text", str(path), "Save it as UTF-8.") from error
    return parse(text, path, company)


def parse(text: str, path: Path, company: Path | None = None) -> Plan:
    """Check a plan's text; `path` is what its errors name."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise PlanError(f"is not TOML: {error}", f"{path}:{line[1]}" if line else str(path)) from error
    digest = hashlib.sha256(text.encode()).hexdigest()
    return _Reader(PlanText(path, text), data, company).plan(digest, text)


def _cap_share(table: Table, key: str) -> int:
    """What a cap says in shares of 1; 0 where it says nothing."""
    with table.telling(key):
        return per_million(table.take(key, 0))


class _Reader:
    def __init__(self, text: PlanText, data: dict[str, Any], company: Path | None) -> None:
        self.text, self.company = text, company
        self.top = Table(text, data, "")
        self.overlays: list[Overlay] = []

    def plan(self, digest: str, text: str) -> Plan:
        top = self.top
        name, version = top.text("name"), top.text("version", "1")
        zone = top.text("time_zone", "UTC")
        if not known_zone(zone):
            todo = meant(zone, available_timezones())
            raise top.wrong("time_zone", f"no time zone is called {zone!r}", todo)
        tree = top.one_of("tree", TREES, "placement")
        cash = self._money()
        volume, activity = top.table("volume"), top.table("activity")
        customers = volume.flag("customers", True)
        accumulate = volume.flag("accumulate", False)
        excluded = tuple(volume.texts("exclude_kinds"))
        ranks = self._ranks()
        names = Values(tuple(rank.name for rank in ranks), None)
        floors = self._floors(activity, names)
        floor = min(floors, default=0) if floors else activity.number("personal_volume", 100, 0)
        days = activity.number("days", 1, 0)
        if activity.has("days") and days < 1:
            raise activity.wrong("days", "must be at least 1; without it the period itself counts")
        rank_calendar = top.one_of("rank_calendar", CALENDARS, "")
        push = self._push(volume, floor, cash)
        volume.done()
        asked = self._activity(activity, names)
        activity.done()
        demotion = top.number("rank_demotion", 1) if top.has("rank_demotion") else None
        values = Values(tuple(rank.name for rank in ranks), cash)
        self.floor = floor
        bonuses = self._bonuses(values, tree)
        caps = self._caps(bonuses, values)
        top.done()
        return Plan(
            self.text.path, text, name, version, digest, cash, zone, tree, customers, excluded, floor,
            ranks, bonuses, tuple(self.overlays), caps, push, days, rank_calendar, asked, accumulate,
            floors, demotion,
        )  # fmt: skip

    def _money(self) -> Money:
        currency = self.top.text("currency", "USD")
        if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
            raise self.top.wrong("currency", f"{currency!r} is no currency code", "Write USD, EUR, JPY ...")
        rounding = self.top.table("rounding")
        how = rounding.one_of("rule", ROUNDINGS, "half_even")
        where = rounding.one_of("at", ("line", "total"), "line")
        rounding.done()
        with self.top.telling("point_value"):
            point = Fraction(scaled(self.top.take("point_value", "1"), 10**6, "point_value"), 10**6)
        if point <= 0:
            raise self.top.wrong("point_value", "must be more than 0")
        with self.top.telling("point_value"):
            return money(currency, how, where == "line", point)

    def _ranks(self) -> tuple[Rank, ...]:
        tables = self.top.tables("rank")
        names = [table.text("name") for table in tables]
        for table, name in zip(tables, names, strict=True):
            if names.count(name) > 1 or name == NO_RANK:
                raise table.wrong("name", f"the rank name {name!r} is taken")
        values = Values(tuple(names), None)
        grace = self.top.number("rank_grace", 1, 0)
        return tuple(self._rank(number, table, values, grace) for number, table in enumerate(tables, 1))

    def _rank(self, number: int, table: Table, values: Values, grace: int) -> Rank:
        match = table.one_of("match", ("all", "any"), "all")
        active = table.flag("must_be_active", True)
        grace = table.number("grace", 1, grace)
        required: list[Requirement] = []
        ways = self._ways(match, table, "require", values, required)
        hold_known(table, required)
        name = table.text("name")
        permanent = table.flag("permanent", False)
        table.done()
        return Rank(number, name, match, active, tuple(required), tuple(ways), grace, permanent)

    def _floors(self, table: Table, names: Values) -> tuple[int, ...]:
        """The activity floor by rank number, where [activity] gives one by rank; else empty."""
        said = table.take("personal_volume", 0)
        if not isinstance(said, Mapping):
            return ()
        with table.telling("personal_volume"):
            return tuple(floor for (floor,) in names.volume_by_rank(said))

    def _activity(self, table: Table, names: Values) -> Activity | None:
        """What [activity] asks beside the floor: requirements on a member alone."""
        match = table.one_of("match", ("all", "any"), "all")
        if not table.has("require"):
            return None
        required: list[Requirement] = []
        ways = self._ways(match, table, "require", names, required)
        for each in required:
            if each.values.get("this_period"):
                raise table.wrong(
                    "require", f"{each.module.name}: this period's rank rests on activity (this_period)"
                )
            looks = any(OF_OTHERS.search(column) for column in each.module.columns.values())
            if looks and each.values.get("of") != "personal":
                raise table.wrong(
                    "require",
                    f"{each.module.name} looks at others; who is active is known before any group is",
                )
        hold_known(table, required)
        return Activity(tuple(required), tuple(ways))

    def _ways(
        self, match: str, table: Table, key: str, values: Values, required: list[Requirement]
    ) -> list[tuple[int, ...]]:
        """Which requirements, by place, are together enough; adds them to `required` on the way."""
        parts: list[list[tuple[int, ...]]] = []
        for line in table.tables(key):
            if inner := next((word for word in ("all", "any") if line.has(word)), None):
                parts.append(self._ways(inner, line, inner, values, required))
            else:
                module = self._module("requirement", line)
                parts.append([(len(required),)])
                required.append(Requirement(module, {"kind": module.name, **values.of(module, line)}))
            line.done()
        if not parts:
            raise table.wrong(key, "needs at least one requirement")
        if match == "any":
            return [way for part in parts for way in part]
        if math.prod(len(part) for part in parts) > MOST_WAYS:
            raise table.wrong(key, f"all and any nest into more than {MOST_WAYS} ways to a rank")
        return [tuple(place for part in way for place in part) for way in itertools.product(*parts)]

    def _push(self, volume: Table, floor: int, cash: Money) -> Push | None:
        """The push rule that ``push_up`` in [volume] names, if there is one."""
        if not volume.has("push_up"):
            return None
        said = volume.take("push_up")
        if said is False:
            return None
        said = "push_up" if said is True else said
        given = Table(self.text, dict(said) if isinstance(said, Mapping) else {}, volume.place)
        name = given.text("rule", "push_up") if isinstance(said, Mapping) else str(said)
        try:
            module = rule("push", name, self.company)
        except UnknownRuleError as error:
            raise volume.wrong("push_up", error.what, error.todo) from error
        values = {"kind": module.name, "floor": floor, **Values((), cash).of(module, given)}
        given.done()
        return Push(module, values)

    def _bonuses(self, values: Values, tree: str) -> tuple[Bonus, ...]:
        bonuses: list[Bonus] = []
        for index, table in enumerate(self.top.tables("bonus")):
            bonus = self._bonus(index, table, values, tree, bonuses)
            for known in bonuses:
                if bonus.state == known.state:
                    by = f" by {known.name!r}: signs and capitals do not tell names apart"
                    raise table.wrong(
                        "name",
                        f"the bonus name {bonus.name!r} is taken{by if bonus.name != known.name else ''}",
                    )
            bonuses.append(bonus)
        return tuple(bonuses)

    def _bonus(self, index: int, table: Table, values: Values, tree: str, earlier: list[Bonus]) -> Bonus:
        name = table.text("name")
        calendar = table.one_of("calendar", CALENDARS, "")
        module = self._module("bonus", table)
        given = values.of(module, table)
        required: list[Requirement] = []
        ways: list[tuple[int, ...]] = []
        if asks := next((param.name for param in module.params if param.type == "REQUIREMENTS"), None):
            del given[asks]
            ways = self._ways(given.get("match", "all"), table, asks, values, required)
        elif table.has("match") and not table.has("require"):
            raise table.wrong("match", "says how many requirements must be met, and there is no require")
        elif table.take("require", None) is not None:
            ways = self._ways(
                table.one_of("match", ("all", "any"), "all"), table, "require", values, required
            )
            hold_payees(table, given)
            given["meets"] = kept("meets", name)
        hold_matched(table, given.get("bonuses", ()), earlier, calendar, module)
        walked = "sponsor" if given.get("tree") == "sponsor" and tree == "placement" else "main"
        overlays = self._steps(module, given, walked, values, table)
        table.done()
        asked = module.flow and (not module.flow_param or given[module.flow_param] is not None)
        flow = rule("flow", module.flow, self.company) if asked else None
        return Bonus(
            index,
            name,
            module,
            {"kind": module.name, **given},
            walked,
            overlays,
            climbs.step_count(module, given, overlays),
            calendar,
            flow,
            tuple(required),
            tuple(ways),
        )

    def _caps(self, bonuses: tuple[Bonus, ...], values: Values) -> tuple[Cap, ...]:
        names = [bonus.name for bonus in bonuses if bonus.module.scope != "company"]
        caps = []
        for table in self.top.tables("cap"):
            chosen = table.texts("bonuses") or names
            if unknown := [name for name in chosen if name not in names]:
                raise table.wrong("bonuses", f"no bonus that caps come after is called {unknown[0]!r}")
            per = table.one_of("per", ("member", "owner", "company"), "member")
            amounts = self._cap_amounts(table, values, per)
            share, cut = (_cap_share(table, key) for key in ("share", "cut"))
            if cut > RATE_SCALE:
                raise table.wrong("cut", "takes more than there is; 5 % is 0.05")
            if sum(table.has(key) for key in ("amount", "share", "cut")) != 1:
                raise table.wrong(None, "a cap gives one of amount, share, cut")
            if per != "company" and not table.has("amount"):
                raise table.wrong("per", "share and cut are for the company")
            matched = table.flag("before_matching", False)
            if matched and not table.has("bonuses"):
                raise table.wrong(
                    "before_matching", "such a cap names its bonuses, those before the matching"
                )
            table.done()
            caps.append(Cap(tuple(chosen), per, max(amounts), share, cut, amounts, matched))
        return tuple(caps)

    def _cap_amounts(self, table: Table, values: Values, per: str) -> tuple[int, ...]:
        """A cap's amount for each rank number; by rank only where it is one of members."""
        said = table.take("amount", 0)
        if isinstance(said, Mapping) and per != "member":
            raise table.wrong("amount", "amounts by rank are for members")
        with table.telling("amount"):
            return tuple(amount for (amount,) in values.amount_by_rank(said))

    def _module(self, kind: str, table: Table) -> Module:
        try:
            return rule(kind, table.text("kind"), self.company)
        except UnknownRuleError as error:
            raise table.wrong("kind", error.what, error.todo) from error

    def _steps(
        self, module: Module, given: dict[str, Any], tree: str, values: Values, table: Table
    ) -> tuple[int, ...]:
        """The overlay of each step of the module's walk.

        ``climb: levels``: one step per level, over the plan's compression. ``climb: border``: one per level,
        over members of the rank `border`. ``climb: ranks``: one overlay per rank class, of those whose rate
        is higher than the class's, and a last one of those with any rate. ``climb: roles``: one per listed
        rank, of those who hold it or a higher one. ``climb: same`` and ``climb: higher``: one per rank with a
        rate, of those who hold it, or it or a higher one. Any other climb names the parameter that chooses.
        """
        if not module.steps:
            return ()
        listed, climb = given[module.steps], module.climb
        meets = {"meets": given["meets"]} if "meets" in given else {}
        if climb not in CLIMBS:
            climb = given[climb]
        if ranked := climbs.earners(climb, listed, len(values.ranks) + 1):
            over = rule("compression", "dynamic" if climb == "ranks" else "role")
            return tuple(self._overlay(over, meets, tree, earns, label) for label, earns in ranked)
        if climb == "border":
            held = {"rank": given["border"], "inactive": given.get("inactive", "lose")}
            border = self._overlay(rule("compression", "rank_relink"), held, tree, None, "")
            return (border,) * len(given[f"{module.steps}_most"])
        said = given.pop("compression", "none")
        options = (
            Table(self.text, dict(said), table.place, "compression") if isinstance(said, Mapping) else None
        )
        name = options.text("rule") if options else str(said)
        try:
            compression = rule("compression", name, self.company)
        except UnknownRuleError as error:
            raise table.wrong("compression", error.what, error.todo) from error
        steps = len(given.get(f"{module.steps}_most", listed))
        first = options.number("from_level", 1, 1) if options else 1
        last = options.number("to_level", 1, steps) if options else steps
        if options and not 1 <= first <= last <= steps:
            wrong = "from_level" if options.has("from_level") else "to_level"
            raise options.wrong(wrong, f"levels {first} to {last} are none of the bonus's 1 to {steps}")
        chosen = values.of(compression, options or Table(self.text, {}, table.place))
        if options:
            options.done()
        found = []
        for step in range(steps):
            if not first <= step + 1 <= last:
                found.append(self._overlay(rule("compression", "none"), {}, tree, None, ""))
            elif compression.steps:
                earns = [rates[step] > 0 for rates in listed]
                asked = {**chosen, **climbs.opens(given, step + 1), **meets}
                found.append(self._overlay(compression, asked, tree, earns, str(step + 1)))
            else:
                found.append(self._overlay(compression, chosen, tree, None, ""))
        return tuple(found)

    def _overlay(
        self, module: Module, chosen: Mapping[str, Any], tree: str, earns: list[bool] | None, which: str
    ) -> int:
        """The index of the overlay with these values, added where no earlier step or bonus has the same."""
        given = {"kind": module.name, "floor": self.floor, **chosen}
        if earns is not None:
            given["earns"] = earns
        for overlay in self.overlays:
            if (overlay.module, overlay.values, overlay.tree) == (module, given, tree):
                return overlay.index
        label = f"{module.name}:{which}" if which else module.name
        taken = [overlay.label for overlay in self.overlays]
        while label in taken:
            label += "'"
        self.overlays.append(Overlay(len(self.overlays), module, given, tree, label))
        return len(self.overlays) - 1
