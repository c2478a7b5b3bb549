"""What members have in a run, and where two runs of one period differ."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.graph.database import Graph


@dataclass(frozen=True, slots=True)
class Figures:
    """What one member has in a run: volumes in hundredths, ranks by name, pay in minor units by bonus."""

    personal_volume: int
    group_volume: int
    active: bool
    qualified_rank: str
    rank: str
    bonuses: Mapping[str, int]

    @property
    def earned(self) -> int:
        """All earnings, in minor units."""
        return sum(self.bonuses.values())


@dataclass(frozen=True, slots=True)
class Difference:
    """What a member has without an operation and with it; None where the member is not in the period."""

    member_id: str
    before: Figures | None
    after: Figures | None

    @property
    def gain(self) -> int:
        """By how much the earnings grow, in minor units; below 0 for a loss."""
        return (self.after.earned if self.after else 0) - (self.before.earned if self.before else 0)

    @property
    def volume_gain(self) -> int:
        """By how much the group volume grows, in hundredths."""
        return (self.after.group_volume if self.after else 0) - (
            self.before.group_volume if self.before else 0
        )


def figures_of(graph: Graph, run: int, ranks: list[str]) -> dict[str, Figures]:
    """What everybody in a run has, by member; `ranks` are the names of its ranks by number."""
    rows = graph.value("preview/figures", run=run)
    return {
        member: Figures(personal, group, active, ranks[qualified], ranks[rank], dict(sorted(earned)))
        for member, personal, group, active, qualified, rank, earned in rows
    }


def differences(before: Mapping[str, Figures], after: Mapping[str, Figures]) -> tuple[Difference, ...]:
    """Where two runs differ: whoever gains or loses most comes first."""
    listed = [
        Difference(member, before.get(member), after.get(member))
        for member in before.keys() | after.keys()
        if before.get(member) != after.get(member)
    ]
    return tuple(sorted(listed, key=lambda each: (-abs(each.gain), -abs(each.volume_gain), each.member_id)))
