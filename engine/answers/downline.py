"""A member's downline: everyone below who meets some conditions, in the order of one figure, page by page."""

from dataclasses import dataclass

from engine.answers.standings import Standing, standing, standings
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord

MOST_ROWS = 500
"""Members of one page."""
SORTS = {
    "group_volume": ("group_volume", -1),
    "personal_volume": ("personal_volume", -1),
    "earned": ("earned", -1),
    "rank": ("rank", -1),
    "level": ("depth", 1),
    "member": ("depth", 0),
}
"""What a downline may be sorted by: the property of standings, and -1 for the highest first. Members with the
same figure come by id."""


class UnknownConditionError(UplineError):
    """A downline cannot be asked for that."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Who is wanted: None asks nothing. Volumes in hundredths; ranks, paid as, by name; `levels` below."""

    active: bool | None = None
    statuses: tuple[str, ...] | None = None
    ranks: tuple[str, ...] | None = None
    least: int | None = None
    """The least personal volume."""
    most: int | None = None
    """The most personal volume."""
    levels: int | None = None


@dataclass(frozen=True, slots=True)
class Downline:
    """One page: standings in the order asked for, how many there are in all, where to go on (None: the end).

    `top` is the standing of the member who asks; a standing's level is its depth less that one's.
    """

    top: Standing
    standings: tuple[Standing, ...]
    matching: int
    next_after: str | None


def downline_page(
    graph: Graph,
    run: RunRecord,
    member_id: str,
    wanted: Conditions | None = None,
    sort: str = "group_volume",
    first: int = 50,
    after: str | None = None,
) -> Downline:
    """A page of everyone below a member in the main tree who meets the conditions.

    `after` is the `next_after` of the page before. Costs a walk over the group, whatever the page. Raises
    UnknownMemberError, NotStandingError, and UnknownConditionError for a rank, order or place there is not.
    """
    asked = wanted or Conditions()
    figure, sign = SORTS[_known("order", sort, list(SORTS))]
    after_figure, after_id = _place(after)
    size = max(1, min(first, MOST_ROWS))
    top = standing(graph, run, member_id)
    conditions = {
        "active": asked.active,
        "statuses": None if asked.statuses is None else list(asked.statuses),
        "ranks": _numbers(run, asked.ranks),
        "least": asked.least,
        "most": asked.most,
    }
    given = {name: value for name, value in conditions.items() if value is not None}
    filled = query("answers/downline").fill(
        reach="*" if asked.levels is None else f"*1..{max(1, asked.levels)}",
        figure=figure,
        **{name: query(f"downline/{name}") if name in given else "true" for name in conditions},
    )
    row = graph.read(
        filled, run=run.number, member_id=member_id, sign=sign, after_figure=after_figure,
        after_id=after_id, first=size + 1, **given,
    )[0]  # fmt: skip
    page = row["rows"][:size]
    last = page[-1] if len(row["rows"]) > size else None
    ids = [found for found, _ in page]
    found = standings(graph, run, ids)
    return Downline(
        top, tuple(found[one] for one in ids), row["matching"], f"{last[1]}/{last[0]}" if last else None
    )


def _numbers(run: RunRecord, names: tuple[str, ...] | None) -> list[int] | None:
    ranks = run.facts["ranks"]
    return None if names is None else [ranks.index(_known("rank", name, ranks)) for name in names]


def _known(what: str, name: str, known: list[str]) -> str:
    if name not in known:
        raise UnknownConditionError(f"no {what} is called {name!r}", todo=f"There are {', '.join(known)}.")
    return name


def _place(after: str | None) -> tuple[int | None, str | None]:
    """The figure and the member after which a page begins."""
    if after is None:
        return None, None
    figure, slash, member_id = after.partition("/")
    if not slash or not figure.removeprefix("-").isdecimal():
        raise UnknownConditionError(
            f"{after!r} is no place in a downline", todo="Give the next_after of the page before."
        )
    return int(figure), member_id
