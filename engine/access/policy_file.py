"""The file of a company's policy: TOML in, a checked Policy out. docs/api/access.md documents each key."""

import tomllib
from pathlib import Path
from typing import Any, cast

from engine import ranges
from engine.access.areas import DUTIES, TABLE, Scope
from engine.access.policy import NAMES, TREES, Names, Policy
from engine.access.viewer import Role
from engine.errors import did_you_mean, excerpt
from engine.plans.table import PlanTable
from engine.plans.text import PlanError, PlanText
from engine.text import unreadable

LONGEST = 100_000
"""Characters of a file; a policy has about thirty lines."""


class AccessFileError(PlanError):
    """The access file cannot be used; `where` gives its path and line."""


class AccessTable(PlanTable):
    """A table of an access file: what is wrong in it is named as such, not as a fault of a plan."""

    def error(
        self, key: str | None, what: str, todo: str | None = None, at: str | None = None
    ) -> AccessFileError:
        """The refusal of a key's value, with path and line."""
        error = PlanTable.error(self, key, what, todo, at)
        return AccessFileError(error.what, error.where, error.todo)

    def section(self, name: str) -> "AccessTable":
        """The table ``[name]``; without it an empty one."""
        value = self.value(name, {})
        if not isinstance(value, dict):
            todo = f"Write [{name}], its keys below."
            raise self.error(name, f"must be a table, not {excerpt(value)}", todo)
        return AccessTable(self._text, value, name)

    def section_of(self, name: str) -> "AccessTable":
        """The table of that name within this one, ``[this.name]``; without it an empty one."""
        value = self.value(name, {})
        if not isinstance(value, dict):
            raise self.error(name, f"must be a table, not {excerpt(value)}")
        return AccessTable(self._text, value, self.place, name)


def table_of(path: Path) -> AccessTable:
    """The top of an access file; raises AccessFileError for a file that is missing or no TOML."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AccessFileError(
            f"the access file cannot be read: {unreadable(error)}",
            str(path),
            "Correct the path of the access file.",
        ) from error
    if len(text) > LONGEST:
        raise AccessFileError(f"the file is longer than {LONGEST:,} characters", str(path))
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise AccessFileError(f"this is no TOML: {error}", str(path)) from error
    return AccessTable(PlanText(path, text), data, "")


def read_policy(top: AccessTable) -> Policy:
    """What the file says of members' views; `top` may have other tables, which others read."""
    upline, downline, members = (top.section(name) for name in ("upline", "downline", "members"))
    periods = top.section("periods")
    default = Policy()
    trees = _trees(top)
    policy = Policy(
        trees=trees,
        upline_levels=upline.number("levels", ranges.UPLINE_LEVELS) if upline.has("levels") else None,
        upline_names=cast(Names, upline.one_of("names", NAMES, default.upline_names)),
        upline_ranks=upline.flag("ranks", default.upline_ranks),
        downline_money=downline.flag("money", default.downline_money),
        downline_customers=downline.flag("customers", default.downline_customers),
        moved_names=downline.flag("moved_names", default.moved_names),
        terminated=members.flag("terminated", default.terminated),
        suspended=members.flag("suspended", default.suspended),
        enroll=members.flag("enroll", default.enroll),
        duties=_duties(periods),
    )
    for table in (upline, downline, members, periods):
        table.refuse_unknown_keys()
    return policy


def _duties(periods: AccessTable) -> frozenset[tuple[str, str]] | None:
    """Which roles take which steps in the life of a period; what the file leaves out is the table's."""
    if not any(periods.has(duty.value) for duty in DUTIES):
        return None
    staff = [role for role in Role if role is not Role.MEMBER]
    pairs = set()
    for duty in DUTIES:
        roles = [role.value for role in staff if TABLE[duty][role] is not Scope.NOBODY]
        if periods.has(duty.value):
            roles = periods.texts(duty.value)
        for role in roles:
            if role not in staff:
                names = ", ".join(staff)
                raise periods.error(
                    duty.value, f"must name roles out of {names}, not {excerpt(role)}",
                    did_you_mean(role, staff),
                )  # fmt: skip
            pairs.add((duty.value, str(role)))
    return frozenset(pairs)


def _trees(top: AccessTable) -> frozenset[str]:
    if not top.has("trees"):
        return frozenset(TREES)
    trees = top.texts("trees")
    for tree in trees:
        if tree not in TREES:
            raise top.error(
                "trees", f"must name {' or '.join(TREES)}, not {excerpt(tree)}", did_you_mean(tree, TREES)
            )
    if len(set(trees)) != len(trees):
        raise top.error("trees", "names a tree twice")
    return frozenset(trees)
