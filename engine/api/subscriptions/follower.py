"""Looks at the store once for all subscribers of a process, and hands each what is new to it.

Changes are numbered without gaps, so a question for those after the last one misses none. Whenever a change
may have moved somebody or changed a status, every viewer's reach is checked again before anything is sent.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import anyio
import anyio.to_thread

from engine.access.policy import Policy
from engine.access.reach import Reach
from engine.answers.changes import Change, changes_after, groups_touched, last_change, still_within
from engine.answers.live import live_figures
from engine.answers.members import unknown_member
from engine.api.subscriptions.topics import (
    MOST_MEMBERS,
    GroupChange,
    OfGroup,
    OfLive,
    OfRun,
    Subscriber,
)
from engine.api.types.under_way import shown
from engine.errors import UplineError
from engine.graph import driver
from engine.graph.database import Graph
from engine.runs.live import follow
from engine.runs.progress import progress_of

log = logging.getLogger("upline.api")

POLL_S = 0.5
"""Between two looks."""
LOST_POLL_S = 2.0
"""The same while the database does not answer."""
MOST_OF_VIEWER = 50
"""Subscriptions of one viewer in a process."""
MOST_SUBSCRIBERS = 2_000
"""Subscriptions of a process: each has one event and a few small objects."""

Delivery = Callable[[], None]


class TooManySubscriptionsError(UplineError):
    """The viewer, or the server, has as many subscriptions as it may have."""


class Follower:
    """Follows the store for as long as anybody in this process subscribes."""

    def __init__(self, graph: Graph, policy: Policy, poll_s: float = POLL_S) -> None:
        self._graph, self._policy, self._poll_s = graph, policy, poll_s
        self._subscribers: dict[Subscriber, None] = {}
        self._of_viewer: dict[str, int] = defaultdict(int)
        self._thread = anyio.CapacityLimiter(1)
        self._task: asyncio.Task[None] | None = None
        self._seen: int | None = None
        self._live: dict[tuple[str, str], tuple[Any, bool]] = {}
        self.looks = 0
        """How often the store was looked at."""

    def __len__(self) -> int:
        return len(self._subscribers)

    @asynccontextmanager
    async def following(self, subscriber: Subscriber) -> AsyncIterator[None]:
        """Hand events to a subscriber until the block is left. Raises TooManySubscriptionsError."""
        subject = subscriber.viewer.subject
        if self._of_viewer[subject] >= MOST_OF_VIEWER:
            raise TooManySubscriptionsError(
                f"you have {MOST_OF_VIEWER} subscriptions already", todo="End some of them first."
            )
        if len(self._subscribers) >= MOST_SUBSCRIBERS:
            raise TooManySubscriptionsError("the server has no room for more", todo="Try again in a minute.")
        self._subscribers[subscriber] = None
        self._of_viewer[subject] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._follow())
        try:
            yield
        finally:
            del self._subscribers[subscriber]
            self._of_viewer[subject] -= 1
            if not self._of_viewer[subject]:
                del self._of_viewer[subject]

    async def _follow(self) -> None:
        self._seen, self._live = None, {}
        while self._subscribers:
            pause = self._poll_s
            try:
                for deliver in await anyio.to_thread.run_sync(
                    self._look, list(self._subscribers), limiter=self._thread
                ):
                    deliver()
            except (UplineError, driver.DriverError, driver.Neo4jError, OSError) as error:
                log.warning("subscriptions wait, the database does not answer: %s", error)
                pause = LOST_POLL_S
            except Exception:
                log.exception("a look for subscriptions failed")
                pause = LOST_POLL_S
            await asyncio.sleep(pause)

    def _look(self, subscribers: list[Subscriber]) -> list[Delivery]:
        """What is new, as deliveries for the event loop."""
        self.looks += 1
        if self._seen is None:
            self._seen = last_change(self._graph)
        changes = changes_after(self._graph, self._seen)
        lost: list[Subscriber] = []
        if any(change.moves for change in changes):
            lost = self._out_of_reach(subscribers)
        gone = set(lost)
        left = [each for each in subscribers if each not in gone]
        deliveries = [_end(each, unknown_member(each.topic.member_id)) for each in lost]  # type: ignore[union-attr]
        deliveries += self._of_runs(left)
        deliveries += self._of_live(left, changed=bool(changes))
        deliveries += self._of_groups(left, changes)
        if changes:
            self._seen = changes[-1].number
        return deliveries

    def _out_of_reach(self, subscribers: list[Subscriber]) -> list[Subscriber]:
        pairs = {each: each.pair for each in subscribers if each.pair is not None}
        within = still_within(self._graph, self._policy, {pair for pair in pairs.values() if pair})
        return [each for each, pair in pairs.items() if pair not in within]

    def _of_runs(self, subscribers: list[Subscriber]) -> list[Delivery]:
        watched = [(each, each.topic.number) for each in subscribers if isinstance(each.topic, OfRun)]
        if not watched:
            return []
        known = progress_of(self._graph, sorted({number for _, number in watched}))
        deliveries = []
        for each, number in watched:
            progress = known.get(number)
            if progress is None:  # removed since, and nobody's request
                deliveries.append(_end(each))
                continue
            if each.last != shown(progress):
                each.last = shown(progress)
                deliveries.append(_put(each, progress))
            if progress.ended:
                deliveries.append(_end(each))
        return deliveries

    def _of_live(self, subscribers: list[Subscriber], *, changed: bool) -> list[Delivery]:
        """Live volumes, brought up to date first where changes came."""
        groups: dict[tuple[str, str], list[tuple[Subscriber, str]]] = defaultdict(list)
        for each in subscribers:
            if isinstance(each.topic, OfLive):
                groups[each.topic.period, each.topic.plan].append((each, each.topic.member_id))
        deliveries: list[Delivery] = []
        for key, watched in groups.items():
            fresh = [pair for pair in watched if pair[0].last is None]
            if changed or key not in self._live:
                followed = follow(self._graph, *key)
                if followed is None:
                    deliveries += [_end(each) for each, _ in watched]
                    continue
                self._live[key] = followed
            elif not fresh:
                continue
            deliveries += self._volumes(*self._live[key], watched)
        return deliveries

    def _volumes(self, run: Any, up_to_date: bool, watched: list[tuple[Subscriber, str]]) -> list[Delivery]:
        members = sorted({member for _, member in watched})
        by_id = live_figures(self._graph, Reach.everything, run, members)
        deliveries = []
        for each, member_id in watched:
            figures = by_id.get(member_id)
            if figures is None:
                deliveries.append(_end(each))
                continue
            event = replace(figures, up_to_date=up_to_date)
            compared = replace(event, change=0, as_of=datetime.min, delay=0)
            if each.last != compared:
                each.last = compared
                deliveries.append(_put(each, event))
        return deliveries

    def _of_groups(self, subscribers: list[Subscriber], changes: list[Change]) -> list[Delivery]:
        trees: dict[str, list[tuple[Subscriber, str]]] = defaultdict(list)
        for each in subscribers:
            if isinstance(each.topic, OfGroup):
                trees[each.topic.tree].append((each, each.topic.member_id))
        deliveries: list[Delivery] = []
        for tree, watched in trees.items():
            tops = sorted({top for _, top in watched})
            named = sorted({one for change in changes for one in change.member_ids or ()})
            groups = groups_touched(self._graph, tree, named, tops)
            inside = {top: frozenset(members) for top, members in groups.items()}
            for change in changes:
                for each, top in watched:
                    event = _group_change(change, inside.get(top, frozenset()))
                    if event is not None:
                        deliveries.append(_put(each, event))
        return deliveries


def _group_change(change: Change, inside: frozenset[str]) -> GroupChange | None:
    """What a change did to a group; None where it touched nobody there."""
    if change.member_ids is None:
        members: list[str] = []
    else:
        members = [member for member in change.member_ids if member in inside]
        if not members:
            return None
    return GroupChange(
        change.number, change.number, change.at, tuple(sorted(change.touched)), tuple(members[:MOST_MEMBERS]),
        complete=change.member_ids is not None and len(members) <= MOST_MEMBERS,
    )  # fmt: skip


def _put(subscriber: Subscriber, event: Any) -> Delivery:
    return lambda: subscriber.mailbox.put(event)


def _end(subscriber: Subscriber, error: Exception | None = None) -> Delivery:
    return lambda: subscriber.mailbox.end(error)
