"""What is written of the life of a period: its state, the days that are closed with it, who did what.

Everything is written within the lane, so of two who take a step at the same time one waits, and sees what the
other has done. What closes days, or opens them again, is a numbered change: an import that was checked before
is checked again.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.genealogy.changes.closed import ClosedPeriod, last_to_end
from engine.genealogy.changes.lane import Company, enter, signed, take_number
from engine.genealogy.changes.recording import Recorded, Recording
from engine.genealogy.changes.requests import Request, earlier_answer
from engine.genealogy.changes.writing import ChangeSet
from engine.graph.database import Ask, Graph, Row


class PeriodWriter:
    """The life of periods within a transaction that holds the lane, on behalf of an actor."""

    def __init__(self, ask: Ask, actor: str, reason: str) -> None:
        self.ask, self.actor, self.reason = ask, actor, reason
        self.company: Company = enter(ask)
        self.company.refuse_unfinished()
        self.at = self.company.clock or datetime.now(UTC)

    def step(self, key: str, facts: Mapping[str, Any], name: str, **details: Any) -> None:
        """Take a period a step further: its properties from now on, and the event of that name."""
        event = {
            "step": name, "actor": self.actor, "reason": self.reason or None, "at": self.at,
            "day": self.company.today, **details,
        }  # fmt: skip
        company = self.company
        self.ask(
            "changes/step_period", key=key, facts=dict(facts), event=event,
            closed=[each.text for each in company.closed], in_review=list(company.in_review),
        )  # fmt: skip

    def review(self, key: str, *, begins: bool) -> None:
        """Let a period be in review from the next step on, or no longer."""
        rest = tuple(each for each in self.company.in_review if each != key)
        self.company = replace(self.company, in_review=(*rest, key) if begins else rest)

    def close(self, line: str, now: ClosedPeriod | None) -> None:
        """Let a period be the last closed one of its plan and calendar from the next step on; None: none."""
        rest = [each for each in self.company.closed if each.line != line]
        self.company = replace(self.company, closed=(*rest, now) if now else tuple(rest))

    def change(self, kind: str, period: str, first: datetime | None = None) -> int:
        """Write the numbered change of a commit, or of its withdrawal; returns its number.

        Refunds are settled with it. `first` is when the first committed period begins, for a commit: then
        refunds of orders that are closed now correct them; otherwise those of orders that are open again
        count by themselves.
        """
        number = self.company.newest + 1
        moved = self._settle_refunds(number, first)
        counts = Counter({"corrections_moved": moved["refunds"]} if moved["refunds"] else {})
        ends = {f"corrections_moved_{end}": moved[f"{end}_at"] for end in ("first", "last")} if counts else {}
        recording = Recording(self.ask)
        recording.record(
            Recorded(
                number, kind, self.actor, self.reason or period, self.company.today, self.at, counts, (), (),
                [], ends=ends,
            ),
            None,
        )  # fmt: skip
        recording.close(one_tree=self.company.one_tree is not False)
        return number

    def _settle_refunds(self, number: int, first: datetime | None) -> Row:
        """Let refunds correct what is closed now, or count by themselves; how many, from when until when."""
        last = last_to_end(self.company.closed)
        end = last.ends_at if last else None
        if first is None:
            return self.ask("changes/uncorrect_refunds", number=number, end=end)[0]
        if not self.company.corrects_refunds:
            return {"refunds": 0}
        return self.ask("changes/correct_refunds", number=number, first=first, end=end)[0]

    def rest_on(self, runs: Sequence[int], commit: int) -> None:
        """Let a commit rest on runs: none of them is superseded or removed."""
        self.ask("changes/close_runs", runs=list(runs), commit=commit)

    def release(self, commit: int) -> None:
        """Let a commit rest on nothing any more."""
        self.ask("changes/release_runs", commit=commit)

    def write_commit(self, key: str, facts: Mapping[str, Any]) -> None:
        """Write the record of a commit."""
        self.ask("changes/write_commit", key=key, facts=dict(facts))

    def mark_run(self, run: int, *, committed: bool) -> None:
        """Let a run say that it is committed, or no longer."""
        self.ask("changes/mark_run", run=run, at=self.at if committed else None)

    def keep_archive(self, run: int, content_hash: str, sha256: str, text: str) -> None:
        """Let a run say which content was archived, and keep the text of the manifest, by its SHA-256."""
        self.ask("changes/keep_archive", run=run, content_hash=content_hash, sha256=sha256, text=text)

    def approve(self, key: str, facts: Mapping[str, Any]) -> None:
        """Keep an approval."""
        self.ask("changes/approve_period", key=key, facts={**facts, "actor": self.actor, "at": self.at})

    def drop_approvals(self, key: str) -> None:
        """Forget the approvals of a period; its events keep that there were some."""
        self.ask("changes/drop_approvals", key=key)


def beat(graph: Graph, key: str, claim: str) -> bool:
    """Write the heartbeat of a commit under way; False: another process has taken it over."""
    return bool(graph.write_rows("changes/beat_commit", key=key, claim=claim))


def keep_texts(graph: Graph, run: int, texts: Sequence[Mapping[str, str]]) -> None:
    """Keep texts that a run has used, each once for all runs: rows of as, sha256, text. Can be repeated."""
    graph.write("changes/keep_texts", run=run, texts=[dict(each) for each in texts])


def keep_rules(
    graph: Graph,
    *,
    two_person: bool | None,
    late_orders: str | None,
    corrected_ranks: str | None,
    actor: str,
    reason: str,
    request: Request | None = None,
) -> int:
    """Keep the company's rules for periods as a change of its own; returns its number. None: as before."""

    def within(ask: Ask) -> int:
        company = enter(ask)
        if (earlier := earlier_answer(ask, request)) is not None:
            return int(earlier)
        facts = signed("period_rules", actor=actor, reason=reason or None)
        facts["result"] = json.dumps([])
        number = take_number(ask, company, facts)
        change = ChangeSet(ask, number, request=request)
        change.keep_period_rules(
            two_person=company.two_person if two_person is None else two_person,
            late_orders=late_orders or company.late_orders,
            corrected_ranks=corrected_ranks or company.corrected_ranks,
        )
        change.complete(company, company.one_tree is not False, company.time_zone, answer=number)
        return number

    return graph.together(within)
