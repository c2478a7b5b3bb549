"""Reach: what a viewer may read, as parameters that every statement takes."""

import tomllib
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import ClassVar, NamedTuple

from engine.access.areas import DUTIES, TABLE, Area, Scope
from engine.access.policy import Policy
from engine.access.viewer import Role, Viewer
from engine.graph.database import Graph
from engine.passes.record import RunRecord

MOST_PLACES = 10_000
"""Places to keep: a viewer has one in each run that is looked at."""


class Place(NamedTuple):
    """A viewer's place in one run: the intervals of the own group, empty without standing or spans, and the
    levels above the viewer in both trees.
    """

    first: int = 0
    end: int = 0
    sponsored_first: int = 0
    sponsored_end: int = 0
    depth: int = 0
    enrolled_depth: int = 0
    one_tree: bool = False


class Places:
    """A cache of places. A finished run never changes, so nothing in it goes stale; its size is limited."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._places: OrderedDict[tuple[object, ...], Place] = OrderedDict()

    def of(self, graph: Graph, run: RunRecord, member_id: str) -> Place:
        """The place of a member in a run; one statement the first time."""
        key = (run.number, run.finished_at, member_id)
        with self._lock:
            if key in self._places:
                self._places.move_to_end(key)
                return self._places[key]
        row = graph.read("access/place", run=run.number, member_id=member_id)[0]
        one_tree = row.pop("one_tree")
        place = Place(**{name: value or 0 for name, value in row.items()}, one_tree=one_tree)
        with self._lock:
            self._places[key] = place
            while len(self._places) > MOST_PLACES:
                self._places.popitem(last=False)
        return place


@dataclass(frozen=True, slots=True)
class Reach:
    """What one viewer may read under a policy.

    Every function of answers and explain takes one, second after the graph, and puts it into its statements
    (`engine.access.pieces`). What such a function returns is within reach; whether a field of it may be shown
    is `sees`.
    """

    viewer: Viewer
    policy: Policy = field(default_factory=Policy)
    places: Places = field(default_factory=Places, compare=False, repr=False)

    everything: ClassVar["Reach"]
    """The reach of the command line, of exports and of computations: no limit."""

    @property
    def all(self) -> bool:
        """Whether every member is within reach: staff are not limited to a group."""
        return self.viewer.role is not Role.MEMBER

    def scope(self, area: Area) -> Scope:
        """Of whom the viewer reads an area."""
        if area in DUTIES and self.policy.duties is not None:
            return Scope.ALL if (area.value, self.viewer.role.value) in self.policy.duties else Scope.NOBODY
        opened = {Area.MONEY: self.policy.downline_money, Area.CUSTOMERS: self.policy.downline_customers}
        scope = TABLE[area][self.viewer.role]
        return Scope.GROUP if scope is Scope.OWN and opened.get(area, False) else scope

    def sees(self, area: Area, member_id: str | None) -> bool:
        """Whether the viewer reads an area of a member who is within reach; None: of nobody in particular."""
        scope = self.scope(area)
        if scope is Scope.OWN:
            return member_id is not None and member_id == self.viewer.member_id
        return scope is not Scope.NOBODY

    @property
    def today(self) -> dict[str, object]:
        """The parameter `reach` of statements on members as of today."""
        return {
            "all": self.all,
            "viewer": self.viewer.member_id,
            "names": self.scope(Area.NAMES) is not Scope.NOBODY,
            "moved_names": self.all or self.policy.moved_names,
            "sponsor_tree": "sponsor" in self.policy.trees,
            "placement_tree": "placement" in self.policy.trees,
        }

    def in_run(self, graph: Graph, run: RunRecord) -> dict[str, object]:
        """The parameter `reach` of statements on standings of a run.

        `walk`: the spans are those of before later moves, as in live figures that have followed some; there
        the way up from each standing decides.
        """
        viewer = self.viewer.member_id
        walk = bool(run.facts.get("moved"))
        place = Place() if self.all or viewer is None else self.places.of(graph, run, viewer)
        if walk:
            place = Place(one_tree=place.one_tree)
        trees = self.policy.trees
        main = ("sponsor" if place.one_tree else main_tree(run)) in trees
        sponsored = "sponsor" in trees
        return {
            **self.today,
            "main": main,
            "walk": walk,
            "first": place.first if main else 0,
            "end": place.end if main else 0,
            "sponsored": sponsored,
            "sponsored_first": place.sponsored_first if sponsored else 0,
            "sponsored_end": place.sponsored_end if sponsored else 0,
            "depth": place.depth,
            "enrolled_depth": place.enrolled_depth,
        }


Reach.everything = Reach(Viewer("upline", Role.ADMIN))


def main_tree(run: RunRecord) -> str:
    """The tree that is a run's main tree: ``sponsor`` or ``placement``, which is the default of a plan."""
    return _tree_of(run.plan_text)


@lru_cache(maxsize=64)
def _tree_of(plan_text: str) -> str:
    return str(tomllib.loads(plan_text).get("tree", "placement"))
