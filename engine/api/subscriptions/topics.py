"""What a subscriber follows, and the events that come of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.access.viewer import Viewer
from engine.api.subscriptions.mailbox import Mailbox

MOST_MEMBERS = 100
"""Members that one event lists."""


@dataclass(frozen=True, slots=True)
class OfRun:
    """How far a run is."""

    number: int


@dataclass(frozen=True, slots=True)
class OfLive:
    """The live volumes of a member in an open period."""

    member_id: str
    period: str
    plan: str


@dataclass(frozen=True, slots=True)
class OfGroup:
    """Changes of a member and the group below in one tree of today."""

    member_id: str
    tree: str


Topic = OfRun | OfLive | OfGroup


@dataclass(frozen=True, slots=True)
class GroupChange:
    """One or several changes that touched a group: the first and last of them, and whom they touched.

    `complete` says that `member_ids` are all of them.
    """

    first_change: int
    change: int
    at: datetime | None
    operations: tuple[str, ...]
    member_ids: tuple[str, ...]
    complete: bool

    def then(self, later: "GroupChange") -> "GroupChange":
        """Both in one."""
        members = tuple(dict.fromkeys((*self.member_ids, *later.member_ids)))
        return replace(
            later,
            first_change=self.first_change,
            operations=tuple(sorted({*self.operations, *later.operations})),
            member_ids=members[:MOST_MEMBERS],
            complete=self.complete and later.complete and len(members) <= MOST_MEMBERS,
        )


@dataclass(slots=True, eq=False)
class Subscriber:
    """Who follows what; `last` is the event that was sent last, None before the first."""

    viewer: Viewer
    topic: Topic
    mailbox: Mailbox[Any]
    last: Any = None

    @property
    def pair(self) -> tuple[str, str] | None:
        """The viewer's member id and the one that is followed, where reach may be lost; None of staff."""
        member_id = getattr(self.topic, "member_id", None)
        if self.viewer.member_id is None or member_id is None:
            return None
        return self.viewer.member_id, member_id
