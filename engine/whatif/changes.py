"""What a what-if changes: the plan, keys of its text, places and ranks of members. Any of them combine."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import UplineError, excerpt
from engine.passes.record import RunRecord
from engine.passes.replay import company_rules, whole_plan_of
from engine.plans.plan import Plan
from engine.plans.reader import parse
from engine.settings import Settings
from engine.whatif.settings import Setting, changed, parted


class BadChangeError(UplineError):
    """A text that says neither who is moved where, nor who has which rank."""


@dataclass(frozen=True, slots=True)
class NewPlace:
    """A member who is put below another one, with the group, in the tree by which the plan pays."""

    member_id: str
    parent_id: str
    leg: str | None = None

    def __str__(self) -> str:
        return f"{self.member_id}={self.parent_id}{f':{self.leg}' if self.leg else ''}"


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that is other in a what-if than in the run on which it rests; nothing: it repeats that run.

    `plan_text` takes the place of the run's own plan, whatever its name; `settings` change keys of either.
    `ranks` are the ranks that members are paid as, whatever they qualify for.
    """

    plan_text: str | None = None
    plan_path: str | None = None
    settings: tuple[Setting, ...] = ()
    moves: tuple[NewPlace, ...] = ()
    ranks: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> list[str]:
        """Each change as the command writes it."""
        return [
            *([f"--plan {self.plan_path}"] if self.plan_text is not None else []),
            *(f"--set {key}={value}" for key, value in self.settings),
            *(f"--move {move}" for move in self.moves),
            *(f"--rank {member_id}={rank}" for member_id, rank in self.ranks),
        ]

    @property
    def plain(self) -> dict[str, Any]:
        """The same as data: what a repeated request is recognised by."""
        return {"plan_text": self.plan_text, "words": self.words}

    def plan_for(self, base: RunRecord) -> Plan:
        """The plan that pays. Raises PlanError, BadSettingError and RulesChangedError."""
        whole = whole_plan_of(base)
        if self.plan_text is None and not self.settings:
            return whole
        text, path, rules = base.plan_text, base.plan_path, company_rules(base)
        if self.plan_text is not None:
            text, path, rules = self.plan_text, self.plan_path or "planText", Settings().rules
            plan = parse(text, Path(path), rules)
        if self.settings:
            plan = parse(changed(text, self.settings), Path(f"{path} with other keys"), rules)
        return plan


def changes_of(
    settings: Iterable[str] = (),
    moves: Iterable[str] = (),
    ranks: Iterable[str] = (),
    plan: Path | None = None,
) -> Changes:
    """The changes as the command writes them. Raises BadSettingError, BadChangeError and PlanError."""
    text = None
    if plan is not None:
        from engine.plans.reader import read

        text = read(plan, Settings().rules).text
    return Changes(
        text, plan.name if plan else None, tuple(map(parted, settings)), tuple(map(move_of, moves)),
        tuple(_pair(each, "--rank 1234=Gold") for each in ranks),
    )  # fmt: skip


def move_of(text: str) -> NewPlace:
    """A move as ``MEMBER=PARENT`` or ``MEMBER=PARENT:LEG``; a colon at the end says that there is no leg."""
    member_id, place = _pair(text, "--move 1234=77:right")
    parent_id, colon, leg = place.rpartition(":")
    return NewPlace(member_id, parent_id if colon else place, leg or None if colon else None)


def _pair(text: str, example: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise BadChangeError(f"{excerpt(text)} names no member and value", todo=f"Write it like {example}.")
    return name.strip(), value.strip()


def of_inputs(
    plan_text: str | None,
    settings: Iterable[Mapping[str, str]],
    moves: Iterable[Mapping[str, Any]],
    ranks: Iterable[Mapping[str, str]],
) -> Changes:
    """The changes as programs give them: maps of key and value, of ids and leg, of id and rank."""
    return Changes(
        plan_text, "planText" if plan_text is not None else None,
        tuple((each["key"], each["value"]) for each in settings),
        tuple(NewPlace(each["member_id"], each["parent_id"], each.get("leg") or None) for each in moves),
        tuple((each["member_id"], each["rank"]) for each in ranks),
    )  # fmt: skip
