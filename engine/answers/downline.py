"""A member's downline: the members below who meet some conditions, sorted by one figure, page by page."""

from dataclasses import dataclass

from engine import ranges
from engine.access.reach import Reach
from engine.answers.standings import Standing, standing, standings
from engine.errors import UplineError
from engine.graph.database import Graph
from engine.graph.queries import query
from engine.passes.record import RunRecord

MOST_ROWS = ranges.PAGE.most
"""Members of one page."""
SORTS = {
    "group_volume": ("group_volume", -1),
    "personal_volume": ("personal_volume", -1),
    "earned": ("earned", -1),
    "rank": ("rank", -1),
    "level": ("depth", 1),
    "member": ("depth", 0),
}
"""The sorts of a downline: the property of standings, and -1 for the highest first. Members with the same
figure are sorted by id."""


class UnknownConditionError(UplineError):
    """A condition, sort or position of a downline that does not exist."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions on members; None is no condition. Volumes in hundredths, ranks (paid as) by name."""

    active: bool | None = None
    statuses: tuple[str, ...] | None = None
    ranks: tuple[str, ...] | None = None
    least: int | None = None
    """The least personal volume."""
    most: int | None = None
    """The most personal volume."""
    levels: int | None = None
    """How many levels down."""


@dataclass(frozen=True, slots=True)
class Downline:
    """One page: sorted standings, how many match in all, and the position of the next page (None: the end).

    `top` is the member whose downline it is; the level of a standing is its depth less that of `top`.
    """

    top: Standing
    standings: tuple[Standing, ...]
    matching: int
    next_after: str | None


def downline_page(
    graph: Graph,
    reach: Reach,
    run: RunRecord,
    member_id: str,
    conditions: Conditions | None = None,
    sort: str = "group_volume",
    first: int = 50,
    after: str | None = None,
) -> Downline:
    """A page of everyone below a member in the main tree who meets the conditions.

    `after` is the `next_after` of the previous page. Every page walks over the whole group. Raises
    UnknownMemberError, NotStandingError, and UnknownConditionError.
    """
    conditions = conditions or Conditions()
    figure, sign = SORTS[_known("sort", sort, list(SORTS))]
    after_figure, after_id = _position(after)
    size = max(1, min(first, MOST_ROWS))
    top = standing(graph, reach, run, member_id)
    values = {
        "active": conditions.active,
        "statuses": None if conditions.statuses is None else list(conditions.statuses),
        "ranks": _numbers(run, conditions.ranks),
        "least": conditions.least,
        "most": conditions.most,
    }
    parameters = {name: value for name, value in values.items() if value is not None}
    filled = query("answers/downline").fill(
        reach="*" if conditions.levels is None else f"*1..{max(1, conditions.levels)}",
        figure=figure,
        **{name: query(f"downline/{name}") if name in parameters else "true" for name in values},
    )
    row = graph.read(
        filled, run=run.number, member_id=member_id, sign=sign, after_figure=after_figure,
        after_id=after_id, first=size + 1, **parameters,
    )[0]  # fmt: skip
    page = row["rows"][:size]
    last = page[-1] if len(row["rows"]) > size else None
    ids = [each for each, _ in page]
    by_id = standings(graph, reach, run, ids)
    return Downline(
        top, tuple(by_id[each] for each in ids), row["matching"], f"{last[1]}/{last[0]}" if last else None
    )


def _numbers(run: RunRecord, names: tuple[str, ...] | None) -> list[int] | None:
    ranks = run.facts["ranks"]
    return None if names is None else [ranks.index(_known("rank", name, ranks)) for name in names]


def _known(what: str, name: str, known: list[str]) -> str:
    if name not in known:
        raise UnknownConditionError(f"no {what} is called {name!r}", todo=f"There are {', '.join(known)}.")
    return name


def _position(after: str | None) -> tuple[int | None, str | None]:
    """The figure and the member's id after which a page begins."""
    if after is None:
        return None, None
    figure, slash, member_id = after.partition("/")
    if not slash or not figure.removeprefix("-").isdecimal():
        raise UnknownConditionError(
            f"{after!r} is not a position in a downline", todo="Pass the next_after of the previous page."
        )
    return int(figure), member_id
