"""How amounts are spread over a group: counts, percentiles and the mean, in whole minor units.

A percentile is that of the nearest rank: sorted upwards, the amount at place ceil(share x members), so that
it is what a member really had. One that would be the highest amount of the group is left out: it would say
what one person had.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.money import rounded

PERCENTILES = (25, 50, 75, 90, 95, 99)
MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Band:
    """How many of a group had at most so much, in minor units, and their share in millionths."""

    up_to: int
    members: int
    share: int


@dataclass(frozen=True, slots=True)
class Spread:
    """The amounts of a group, in minor units; shares in millionths, rounded down.

    `nothing` counts members with nothing or less, `bands` those with at most so much, nothing included.
    `percentiles` are by their number, None where it would be the highest amount; the 50th is the median. The
    mean is rounded half to even.
    """

    members: int
    nothing: int
    nothing_share: int
    bands: tuple[Band, ...]
    percentiles: Mapping[int, int | None]
    mean: int

    @property
    def median(self) -> int | None:
        """The amount that half of the group did not exceed."""
        return self.percentiles[50]


def spread(amounts: Sequence[int], limits: Sequence[int]) -> Spread:
    """The spread of the amounts of at least one member; `limits` are the ends of bands, ascending."""
    ordered = sorted(amounts)
    members = len(ordered)
    nothing = bisect_right(ordered, 0)
    counts = [bisect_right(ordered, limit) for limit in limits]
    bands = [Band(limit, count, share(count, members)) for limit, count in zip(limits, counts, strict=True)]
    percentiles = {each: _nearest_rank(ordered, each) for each in PERCENTILES}
    mean = rounded(sum(ordered), members, "half_even")
    return Spread(members, nothing, share(nothing, members), tuple(bands), percentiles, mean)


def share(part: int, whole: int) -> int:
    """A part of something in millionths, rounded down; 0 of nothing."""
    return part * MILLION // whole if whole > 0 else 0


def merged(counts: Sequence[int], smallest: int) -> list[tuple[int, int]]:
    """Neighbouring groups put together so that each has at least so many members, as stretches of places.

    From the last group, the highest rank, downwards: a group that is too small takes in the one below; what
    is left too small at the lowest end joins the stretch above it. One stretch where all are too small.
    """
    stretches: list[tuple[int, int]] = []
    last, members = len(counts) - 1, 0
    for place in range(len(counts) - 1, -1, -1):
        members += counts[place]
        if members >= smallest:
            stretches.append((place, last))
            last, members = place - 1, 0
    if last >= 0:
        end = stretches.pop()[1] if stretches else last
        stretches.append((0, end))
    return stretches[::-1]


def _nearest_rank(ordered: Sequence[int], percent: int) -> int | None:
    place = -(-percent * len(ordered) // 100)
    return ordered[place - 1] if place < len(ordered) else None
