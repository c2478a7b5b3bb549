"""Compression: which member is at level 1, 2, 3 ... above a source, one small function per rule."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from .plan import Compression
from .tables import GONE
from .trees import upline


@dataclass(frozen=True, slots=True)
class Keepers:
    """What the rules look at in an ancestor."""

    status: Callable[[str], str]
    active: Callable[[str], bool]
    step: Callable[[str], int]
    """The paid-as rank's place in the ladder."""
    earns: Callable[[str, int], bool]
    """Whether the member's rate at a level exceeds zero."""


def levels(
    rule: Compression,
    threshold_step: int,
    keepers: Keepers,
    above: Mapping[str, str | None],
    source: str,
    *,
    itself: bool = False,
) -> Iterator[tuple[int, int, str]]:
    """The levels above a source: (level, distance in the tree, member), level 1 first, without gaps.

    `threshold_step` is the place in the ladder of the rule's threshold rank. In the dynamic rule a member who
    is passed over at one level is never offered a deeper one, because the walk goes on from the last taker.
    With `itself` the source may be level 1.
    """
    level = 1
    for distance, member in [*([(0, source)] if itself else []), *upline(above, source)]:
        if _keeps(rule, threshold_step, keepers, member, level):
            yield level, distance, member
            level += 1


def _keeps(compression: Compression, threshold_step: int, keepers: Keepers, member: str, level: int) -> bool:
    rule = compression.rule
    if rule == "none" or not compression.from_level <= level <= compression.to_level:
        return True
    if rule == "status_skip":
        return keepers.status(member) not in GONE
    if rule == "activity_skip":
        return keepers.active(member)
    if rule == "threshold_rank":
        return keepers.active(member) and keepers.step(member) >= threshold_step
    if rule == "rank_relink":
        counts = keepers.active(member) or compression.inactive == "keep"
        return counts and keepers.status(member) not in GONE and keepers.step(member) >= threshold_step
    if rule == "dynamic":
        return keepers.active(member) and keepers.earns(member, level)
    raise ValueError(f"no compression is called {rule}")
