"""Notes on input that has no effect on a run, so that nobody believes that it counts."""

from engine.graph.queries import query
from engine.passes.context import Work

MOST_NAMED = 5
"""Members that one note names; the others are counted."""
BINARY = "binary"
"""The flow of every kind of binary."""


def overrides(work: Work) -> None:
    """Note each rank that an override of the period sets and the plan does not have."""
    if not work.company_has("overrides"):
        return
    parameters = {"first": work.period.first, "day": work.period.last, "cut": work.cut}
    statement = query("runs/unknown_ranks").fill(holding=query("standings/holding"))
    rows = work.graph.read(statement, **parameters, ranks=list(work.plan.rank_names))
    work.results["notes"] += [
        f"an override sets the rank {row['value']!r}, which {work.plan.name} does not have; it has no "
        f"effect: {_named(row['members'], len(row['members']))}"
        for row in rows
    ]


def orders(work: Work) -> dict[str, int]:
    """What became of every order of the period, in numbers for the record of the run.

    Notes those whose member enrolled after the period, who has no standing. The check `orders_are_counted`
    proves that there is no third way.
    """
    within = {"start": work.period.start, "end": work.period.end, "cut": work.cut}
    due = sum(row["orders"] for row in work.graph.read("hashes/imports", **within))
    excluded = 0
    if work.plan.excluded_kinds:
        excluded = work.graph.value("runs/orders_of_kinds", **within, kinds=list(work.plan.excluded_kinds))
    counted = work.graph.value("runs/orders_counted", run=work.run)
    early = due - excluded - counted
    if early:
        window = work.window | {"day": work.period.last, "most": MOST_NAMED}
        named = work.graph.value("runs/orders_before_enrolment", **window)
        labels = [f"{order_id} of {member_id} ({enrolled_on})" for order_id, member_id, enrolled_on in named]
        many = "1 order of the period counts" if early == 1 else f"{early:,} orders of the period count"
        work.results["notes"].append(
            f"{many} for nobody, because the member enrolled after {work.period.last}: "
            f"{_named(labels, early)}; `upline report orders_left_out` lists them"
        )
    return {
        "orders_in_period": due, "orders_counted": counted, "orders_of_excluded_kinds": excluded,
        "orders_before_enrolment": early,
    }  # fmt: skip


def legs(work: Work) -> None:
    """Note the members in a leg that the run's binaries do not know.

    A binary counts the legs L and R (also left and right, 1 and 2). A third member below a position, or one
    whose leg is empty in the table, counts in no leg of that position, and neither does anybody below.
    """
    names = [
        bonus.name
        for bonus in work.plan.due(work.period.calendar)
        if bonus.flow is not None and bonus.flow.name == BINARY
    ]
    if names:
        astray = work.graph.read("runs/other_legs", run=work.run, most=MOST_NAMED)[0]
        if astray["members"]:
            work.results["notes"].append(_astray(names, astray["members"], astray["named"]))


def _astray(names: list[str], members: int, named: list[list[str | None]]) -> str:
    labels = [f"{member_id} ({f'leg {leg}' if leg else 'no leg'})" for member_id, leg in named]
    placed = "1 member is" if members == 1 else f"{members:,} members are"
    return (
        f"{placed} in no leg that {' and '.join(names)} knows (L and R), so their groups count for nobody "
        f"above them in that bonus: {_named(labels, members)}"
    )


def _named(labels: list[str], count: int) -> str:
    """The first few of `count` members, and how many more there are."""
    more = count - MOST_NAMED
    return ", ".join(labels[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")
