"""What changes above some standings of a live run: each standing above is visited once, and written once.

However large a group is that moves, only those above its old place and its new one are visited: what changes
for them is the sum of the group, which its head knows. Those above both places see no difference, and nothing
is written there.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import pairwise

from engine.errors import UplineError
from engine.graph.database import Ask

AT_ONCE = 65_536
"""Standings that the ways of one statement visit in all, about: many short ways, or a few long ones."""
SHORTEST = 64
"""The fewest standings of each way in one statement."""
WRITTEN = 25_000
"""Standings that one statement writes."""


class EndlessWayError(UplineError):
    """The standings above one lead back to it."""


def add_above(ask: Ask, seeds: Mapping[int, int]) -> list[int]:
    """Add volumes to the group volume of some standings, and of everyone above them.

    `seeds` are volumes by the store's number of a standing. Returns the numbers of those whose group volume
    is another one now. Raises EndlessWayError, and then the transaction has to be given up.
    """
    seeds = {standing: volume for standing, volume in seeds.items() if volume}
    if not seeds:
        return []
    totals = summed(seeds, above(ask, seeds, balanced=not sum(seeds.values())))
    changed = [standing for standing, volume in totals.items() if volume]
    for start in range(0, len(changed), WRITTEN):
        standings = changed[start : start + WRITTEN]
        ask("live/add", standings=standings, volumes=[totals[standing] for standing in standings])
    return changed


def above(ask: Ask, starts: Iterable[int], *, balanced: bool) -> dict[int, int]:
    """The standing directly above each of some standings and of those above them, as the store's numbers.

    Where ways meet, one of them goes on. `balanced`: what is added comes to nothing in all, so that nothing
    changes above the place where all ways have met.
    """
    parents: dict[int, int] = {}
    begun = dict.fromkeys(starts)
    ends = list(begun)
    while ends:
        most = max(SHORTEST, AT_ONCE // len(ends))
        further: dict[int, None] = {}
        for way in ask("live/ways_up", standings=ends, most=most + 1)[0]["ways"]:
            for below, parent in pairwise(way):
                if below in parents:
                    break
                parents[below] = parent
            else:
                if len(way) > most:
                    further[way[-1]] = None
        ends = [end for end in further if end not in parents]
        if balanced and len(ends) == 1 and {*begun, *parents.values()} - parents.keys() == {*ends}:
            break  # everything that is added is below this one
    return parents


def summed(seeds: Mapping[int, int], parents: Mapping[int, int]) -> dict[int, int]:
    """The sum of the seeds of each standing and of all below it; raises EndlessWayError."""
    totals = Counter(seeds)
    waiting = Counter(parents.values())
    ready = [standing for standing in parents if not waiting[standing]]
    done = 0
    while ready:
        standing = ready.pop()
        done += 1
        parent = parents[standing]
        totals[parent] += totals[standing]
        waiting[parent] -= 1
        if not waiting[parent] and parent in parents:
            ready.append(parent)
    if done < len(parents):
        raise EndlessWayError("the ways up in live figures do not end", todo="They are made anew.")
    return totals
