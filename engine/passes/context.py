"""The context of a run: the graph, the plan, the period, and what earlier passes have found."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine import __version__
from engine.graph.database import Graph
from engine.graph.queries import Query, foreign
from engine.passes.crew import crew
from engine.passes.record import RunRecord
from engine.plans.plan import Plan
from engine.progress import OnProgress, silent
from engine.rules.module import Module, line_of, refusal

if TYPE_CHECKING:  # the bonus stage reads dates from a period and parses none
    from engine.period import Period


def window(period: "Period", plan: Plan, cut: int) -> dict[str, object]:
    """The parameters that select a period's orders, as known after change number `cut`."""
    return {"start": period.start, "end": period.end, "cut": cut, "excluded": list(plan.excluded_kinds)}


@dataclass(frozen=True, slots=True)
class Frozen:
    """Another run, on whose frozen standings a run works instead of on the company: whatever has changed in
    the company since that run does not matter.

    `plan` is that run's plan with the bonuses of every calendar, `one_tree` whether the company had one tree
    then, `facts` what the record of the new run says of it, such as which run it restates. `place` puts
    standings elsewhere in the run's trees; `ranks` are the ranks, by name, that some members are paid as
    whatever they qualify for.
    """

    run: RunRecord
    plan: Plan
    one_tree: bool
    facts: Mapping[str, Any] = field(default_factory=dict)
    place: "Callable[[Work], None] | None" = None
    ranks: Mapping[str, str] = field(default_factory=dict)

    @property
    def of_this_version(self) -> bool:
        """Whether this version of the engine computed that run: then its figures mean what they mean now."""
        return bool(self.run.facts["engine_version"] == __version__)


def _nothing() -> None:
    """No task waits for a core."""


@dataclass(slots=True)
class Work:
    """One run under way.

    `widths` counts standings by depth for each tree; `cut` is the last change that the run sees;
    `results` collects what goes onto the run's record, `findings` what reading tasks found, by their name.
    """

    graph: Graph
    plan: Plan
    period: "Period"
    run: int
    cut: int
    one_tree: bool
    writers: int
    report: OnProgress = silent
    stage: str = ""
    done: int = 0
    total: int = 0
    """Standings or rows of the stage that are done, of how many; 0 where that is not known."""
    widths: dict[str, list[int]] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    findings: dict[str, Any] = field(default_factory=dict)
    from_live: bool = False
    """Whether the run continues from live figures, whose standings exist already."""
    frozen: Frozen | None = None
    """The run whose frozen standings it takes over, where it does not take the company's state."""
    moved: bool = False
    """Whether the trees have changed since these standings got their levels and spans."""
    tree_hash: str | None = None
    """The hash of the trees, where live figures come with it: no member has changed since."""
    previous: int | None = None
    """The number of the complete run of the period before, by the same plan, if there is one.

    Where there is none but the company brings openings along, these are standings of minus this run's number.
    """
    instead: dict[int, int] = field(default_factory=dict)
    """Restated runs, by the number of the paid run in whose place this run reads each."""
    is_apart: bool = False
    """Whether it is computed in a transaction that is rolled back."""
    rests_on: set[int] = field(default_factory=set)
    """The numbers of the complete runs that this run has read."""
    record: RunRecord | None = None
    """The run as it counts, once it is complete."""
    core_is_free: Callable[[], None] = _nothing
    """Called by walks that leave a core free for a while; the runner begins waiting tasks then."""
    _tables: Mapping[str, int] | None = None

    def company_has(self, table: str) -> bool:
        """Whether the company has rows in a table: ``facts``, ``overrides``, ``openings``, ``corrections``.

        The last ones are refunds of orders that committed runs counted. Without any there is nothing to ask
        of it. Rows that come later are of later changes, which a run does not read.
        """
        if self.frozen is not None and table == "corrections":
            return False  # what closed periods are owed is settled by the run that it takes over
        if self._tables is None:
            self._tables = self.graph.read("runs/company_tables")[0]
        return bool(self._tables[table])

    @property
    def members(self) -> int:
        """Standings of this run."""
        return sum(self.widths.get("main", ()))

    @property
    def gatherers(self) -> int:
        """How many queries that gather rows before they write may run in parallel: each occupies a core."""
        return min(self.writers, os.cpu_count() or 1)

    @property
    def window(self) -> dict[str, object]:
        """The parameters that select the period's orders."""
        return window(self.period, self.plan, self.cut)

    @property
    def known(self) -> dict[str, object]:
        """The parameters of what a company's edges are asked for: see `believed` of composition/trees."""
        day: dict[str, object] = {"day": self.period.last}
        return day if self.frozen is None else day | {"known": self.cut}

    @property
    def takes_volumes(self) -> bool:
        """Whether it takes over the volumes of the frozen run, which counted the very orders that count."""
        if self.frozen is None:
            return False
        facts, plan, window = self.frozen.run.facts, self.frozen.plan, self.window
        return (
            self.frozen.of_this_version
            and plan.push is None
            and plan.customers == self.plan.customers
            and facts["begins_at"].to_native() == window["start"]
            and facts["ends_at"].to_native() == window["end"]
            and facts["excluded_kinds"] == window["excluded"]
        )

    @property
    def takes_matches(self) -> bool:
        """Whether it takes over what the frozen run has matched of other calendars, as it would match."""
        if self.frozen is None:
            return False
        calendar = self.period.calendar
        return self.frozen.plan.matched_elsewhere(calendar) == self.plan.matched_elsewhere(calendar)

    def divided(self, query: Query, writers: int, **parameters: object) -> None:
        """Run a query once for each writer, in parallel, each on its part of the standings (passes/part)."""
        parts = ({**parameters, "writers": writers, "writer": writer} for writer in range(writers))
        self.in_parallel([(query, part) for part in parts])

    def in_parallel(self, statements: Sequence[tuple[Query, Mapping[str, object]]]) -> None:
        """Run several statements in parallel, each with its parameters; with one writer, in turn."""
        with crew(self.graph, min(self.writers, len(statements)), "writer") as pool:
            running = [
                pool.submit(self.graph.batched, query, **parameters) for query, parameters in statements
            ]
            for statement in running:
                statement.result()

    def progress(self, done: int, total: int) -> None:
        """Report the progress of the current stage."""
        self.done, self.total = done, total
        self.report(self.stage, done, total)

    @property
    def beat(self) -> dict[str, object]:
        """What the heartbeat of the run records."""
        facts = {"stage": self.stage, "done": self.done, "total": self.total}
        return {"run": self.run, "facts": facts}

    def refuse_values(self, module: Module, statement: Query | str, **parameters: object) -> None:
        """Refuse what a company's own rule returned that is not of its column's type; raises RuleValueError.

        The statement returns the first such value of the run: member_id, column, value and type. A figure
        must be a whole number and an answer a yes or no; null is neither. The engine's rules have tests.
        """
        for row in self.graph.read(statement, run=self.run, **parameters) if foreign(module.path) else ():
            expected = module.state_type if row["column"] == "state" else row.get("expected", "")
            raise refusal(
                module.kind, module.name, line_of(module.body), row["column"], row["member_id"],
                row["value"], row["type"], expected,
            )  # fmt: skip
