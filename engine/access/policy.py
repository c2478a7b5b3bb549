"""Policy: what a company lets its members see; the defaults show little of others."""

from dataclasses import dataclass
from typing import Literal

TREES = ("sponsor", "placement")
Names = Literal["full", "masked", "none"]
NAMES: tuple[Names, ...] = ("full", "masked", "none")
HIDDEN = "\u2022\u2022\u2022"
"""Stands for the letters of a masked name."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What members may see. Staff see by their role alone.

    `upline_levels` None is all of them, 0 hides the upline. `moved_names` keeps the names of members who were
    in the viewer's group in a run and are no longer.
    """

    trees: frozenset[str] = frozenset(TREES)
    """The trees whose downline a member sees."""
    upline_levels: int | None = None
    upline_names: Names = "masked"
    upline_ranks: bool = True
    downline_money: bool = False
    downline_customers: bool = False
    moved_names: bool = False
    terminated: bool = False
    """Whether a terminated member may still read."""
    suspended: bool = True
    """Whether a suspended member may still read."""
    enroll: bool = False
    """Whether a member may enroll new members below the own place."""
    duties: frozenset[tuple[str, str]] | None = None
    """Who prepares, approves and commits periods: pairs of a duty and a role; None as the table of areas."""

    @property
    def refused(self) -> frozenset[str]:
        """The statuses of members who may not read."""
        allowed = {"terminated": self.terminated, "suspended": self.suspended}
        return frozenset(status for status, may in allowed.items() if not may)


def shown(name: str | None, names: Names) -> str | None:
    """A name as the policy shows it: whole, by the first letter of each part, or not at all."""
    if name is None or names == "none":
        return None
    return name if names == "full" else " ".join(part[0] + HIDDEN for part in name.split())
