"""Placement rules that are kept: which one a member prefers, and which one places those who have waited long.

A member's preference counts for those whom the member sponsors, where nobody names a rule. The company's rule
counts where the sponsor has none; with a window it also places everybody who has waited for so many days.
Both are changed by a numbered change, whose node says what they were before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine import ranges
from engine.errors import UplineError
from engine.genealogy.changes.lane import enter, signed, take_number
from engine.genealogy.changes.requests import Request, earlier_answer
from engine.genealogy.changes.undo import settle
from engine.genealogy.changes.writing import ChangeSet
from engine.genealogy.placement import ByRule, Waiting, vetted, waiting
from engine.genealogy.refusals import UnknownMemberError
from engine.genealogy.stored import in_lookups
from engine.graph.database import Ask, Graph
from engine.text import pairs

USUAL = "even_fill"
"""The rule of the command line where nobody prefers one."""


class NoPreferenceError(UplineError):
    """No rule is named, and neither the sponsor nor the company prefers one."""


class NoWindowError(UplineError):
    """The company has no window after which those who wait are placed."""


class WindowError(UplineError):
    """A window is no number of days that a company may have."""


@dataclass(frozen=True, slots=True)
class Preference:
    """A placement rule by name with its options as text, and of the company's the days of its window."""

    rule: str
    options: Mapping[str, str] = field(default_factory=dict)
    window_days: int | None = None

    @property
    def text(self) -> str:
        """The rule with its options, as ``weak_leg by=volume``."""
        return " ".join([self.rule, *_listed(self.options)])


def preference(graph: Graph, member_id: str | None = None) -> Preference | None:
    """What a member prefers, or the company for None; None for nothing. Raises UnknownMemberError."""
    if member_id is None:
        return _preference(graph.value("genealogy/company_preference"))
    return _preference(_rows(graph.read, member_id)["own"])


def preferred(graph: Graph, member_id: str, company: Path | None = None, *, usual: bool = False) -> ByRule:
    """The rule by which a member who waits is placed where nobody names one: the sponsor's, or the company's.

    Where there is none: USUAL if `usual` says so, otherwise NoPreferenceError. Raises UnknownMemberError too.
    """
    rows = _rows(graph.read, member_id)
    kept = _preference(rows["sponsor"]) or _preference(rows["company"])
    if kept is None and usual:
        kept = Preference(USUAL)
    if kept is None:
        raise NoPreferenceError(
            f"no rule is named for {member_id}, and neither the sponsor nor the company prefers one",
            todo="Name a rule or a place, or keep one: upline prefer.",
        )
    return vetted(graph, kept.rule, kept.options, company)


def preferred_by_each(
    graph: Graph, member_ids: Sequence[str], company: Path | None = None
) -> dict[str, ByRule]:
    """What `preferred` says of many members, USUAL where nobody prefers a rule or the id is nobody's."""
    kept: dict[str, Preference] = {}
    for portion in in_lookups(member_ids):
        for member_id, sponsors, companys in graph.read("genealogy/preferences_of", ids=portion)[0]["kept"]:
            kept[member_id] = _preference(sponsors) or _preference(companys) or Preference(USUAL)
    rules: dict[str, ByRule] = {}
    for each in (*kept.values(), Preference(USUAL)):
        if each.text not in rules:
            rules[each.text] = vetted(graph, each.rule, each.options, company)
    return {each: rules[kept[each].text if each in kept else USUAL] for each in member_ids}


def prefer(
    graph: Graph,
    member_id: str | None,
    kept: Preference | None,
    *,
    actor: str = "upline",
    reason: str = "",
    company: Path | None = None,
    request: Request | None = None,
) -> int:
    """Keep what a member prefers, or the company for None, as a change of its own; returns its number.

    The rule and its options are checked as `vetted` does. Raises UnknownMemberError, WindowError, and
    KeyReusedError where the `request` had other arguments.
    """
    settle(graph)
    if kept is not None:
        vetted(graph, kept.rule, kept.options, company)
        days = kept.window_days
        if days is not None and not ranges.WAITED.least <= days <= ranges.WAITED.most:
            words = f"a window is {ranges.WAITED.least} to {ranges.WAITED.text(ranges.WAITED.most)} days"
            raise WindowError(f"{words}, not {days}", todo="Name a number of days.")

    def within(ask: Ask) -> int:
        state = enter(ask)
        if (earlier := earlier_answer(ask, request)) is not None:
            return int(earlier)
        if member_id is None:
            before = _preference(ask("genealogy/company_preference")[0]["company"])
        else:
            before = _preference(_rows(ask, member_id)["own"])
        number = take_number(
            ask,
            state,
            signed(
                "prefer",
                actor=actor,
                reason=reason,
                preference=kept.text if kept else None,
                preference_before=before.text if before else None,
            ),
        )
        change = ChangeSet(ask, number, request=request)
        rule, options = (kept.rule, _listed(kept.options)) if kept else (None, [])
        change.prefer(member_id, rule, options, kept.window_days if kept else None)
        change.complete(state, bool(state.one_tree), state.time_zone, answer=number)
        return number

    return graph.together(within)


def due(graph: Graph) -> list[Waiting]:
    """Who has waited until the end of the company's window, as they enrolled. Raises NoWindowError."""
    return waiting(graph, _window(graph)[1])


def due_rule(graph: Graph, company: Path | None = None) -> ByRule:
    """The rule by which those whose window has ended are placed. Raises NoWindowError."""
    kept, _ = _window(graph)
    return vetted(graph, kept.rule, kept.options, company)


def _window(graph: Graph) -> tuple[Preference, int]:
    kept = preference(graph)
    if kept is None or kept.window_days is None:
        raise NoWindowError(
            "the company has no window after which those who wait are placed",
            todo="Keep one: upline prefer --company --rule weak_leg --window 30.",
        )
    return kept, kept.window_days


def _rows(ask: Callable[..., list[dict[str, Any]]], member_id: str) -> dict[str, Any]:
    rows = ask("genealogy/preferences", member_id=member_id)
    if not rows:
        raise UnknownMemberError(
            f"no member is called {member_id!r}", "member_id", "`upline members` finds them."
        )
    return rows[0]


def _preference(row: Mapping[str, Any] | None) -> Preference | None:
    if not row or row["rule"] is None:
        return None
    return Preference(row["rule"], pairs(row["options"] or ()), row.get("window"))


def _listed(options: Mapping[str, str]) -> list[str]:
    return [f"{name}={options[name]}" for name in sorted(options)]
