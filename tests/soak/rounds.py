"""One round: its script undisturbed, then disturbed, and whether the two companies differ."""

import hashlib
import json
import re
import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from neo4j.exceptions import DatabaseError

from engine.server.managed import CRASHED
from tests.soak.faults import Struck, Timing, struck, timed
from tests.soak.script import PERIODS, Fault, Kind, Script, Step, Strike
from tests.soak.site import HangError, Site
from tests.soak.state import (
    Results,
    State,
    differences,
    orphans,
    result_differences,
    results,
    state,
    taken_back,
    unfinished,
)
from tests.support.commands import Done

SPEAK_S = 20.0
"""A command must report within this time that its server or its connection is lost."""
MOST_LINES = 12
INTERRUPTED = {"Change": r"\w+ {}\b.* was interrupted", "Run": "run {} of .* had stopped"}
"""By the label of what is unfinished: what the next command says about that number."""
NAMED = re.compile(r"\[(\w+)\]")
PASSING = ("seconds", "notes")
"""The parts of a report.json in which two runs of the same input differ."""

STATUSES: dict[Fault, set[int]] = {
    "kill": {-9}, "terminate": {-15, 143}, "interrupt": {130}, "kill server": {2}, "cut line": {2},
    "drop line": {2}, "full disk": {2}, "two at once": {2},
}  # fmt: skip
"""How a command that a fault has struck may end, other than as without a fault."""
NAMES: dict[Fault, set[str]] = {
    "kill server": {"server_lost", "server_unreachable", "server_failed"},
    "cut line": {"server_lost", "server_unreachable"},
    "drop line": {"server_lost", "server_unreachable"},
    "full disk": {"disk_full"},
    "two at once": {
        "run_under_way",
        "run_disturbed",
        "change_under_way",
        "company_changed",
        "home_busy",
        "place_taken",
        "cannot_place",
        "circle",
    },
}
"""The names of refusals by which it may stop."""


class FindingError(Exception):
    """Something that the documentation promises is not true."""

    def __init__(self, fault: Fault | str, kind: Kind, place: int, what: str) -> None:
        self.fault, self.kind, self.place = fault, kind, place
        super().__init__(f"step {place + 1}, {fault} in {kind}: {what}")


@dataclass(frozen=True, slots=True)
class Mark:
    """The undisturbed company after a step: the duration, the state, and the files that the step wrote."""

    timing: Timing
    state: State | None
    results: Results
    files: dict[str, str]


@dataclass(slots=True)
class Tally:
    """The outcome of every strike: hit or too late, and what the next command reported."""

    strikes: list[tuple[Fault, Kind, bool]] = field(default_factory=list)
    heard: dict[tuple[Fault, Kind], set[str]] = field(default_factory=dict)
    slowest_s: float = 0.0

    def add(self, strike: Strike, step: Step, outcome: Struck) -> None:
        self.strikes.append((strike.fault, step.kind, outcome.hit))
        if strike.fault in ("kill server", "cut line", "drop line"):
            self.slowest_s = max(self.slowest_s, outcome.spoke_s)

    def hear(self, strike: Strike, step: Step, text: str) -> None:
        notes = [line for line in text.splitlines() if line.lower().startswith("note: ")]
        messages = {re.sub(r"\d+", "#", re.sub(r"\S*/\S*", "...", line[6:])) for line in notes}
        self.heard.setdefault((strike.fault, step.kind), set()).update(messages - STARTING)


STARTING = {"starting Neo#j, which takes some seconds (upline server stop stops it)"}


class Round:
    """Plays one script on a site."""

    def __init__(self, site: Site, script: Script, tally: Tally) -> None:
        self._site, self._script, self._tally = site, script, tally
        self._began = datetime.now(UTC)
        self._marks: list[Mark] = []
        self._numbered = True
        self._place = 0
        self._fault: Fault | str = "none"
        self.transcript: list[str] = []

    def play(self) -> None:
        """Play the script; raises FindingError where something is not as promised."""
        self._empty()
        for place, step in enumerate(self._script.steps):
            with self._ending(place, "none"):
                self._undisturbed(place, step)
        self._empty()
        for place, step in enumerate(self._script.steps):
            strike = self._script.strikes.get(place)
            fault = strike.fault if strike else "none"
            with self._ending(place, fault):
                if strike is None:
                    self._expect(place, "none", self._run(step.words))
                else:
                    self._disturbed(place, step, strike)
                self._compare(place, fault)
        last = len(self._script.steps) - 1
        with self._ending(last, "none"):
            self._end(last)

    def unexpected(self, error: Exception) -> FindingError:
        """Turn a failure of the round itself, such as a database that does not answer, into a finding."""
        where = "".join(traceback.format_exception(error)[-2:]).strip()
        return self._finding(self._place, self._fault, f"the round cannot go on: {where}")

    @contextmanager
    def _ending(self, place: int, fault: Fault | str) -> Iterator[None]:
        """A command that never ends is a finding of its step."""
        self._place, self._fault = place, fault
        try:
            yield
        except HangError as error:
            raise self._finding(place, fault, str(error)) from error

    def _empty(self) -> None:
        if self._site.running() is None:
            self._run(("server", "start"))
        with self._site.graph() as graph:
            graph.batched("schema/wipe")
        for step in self._script.steps:
            if step.out:
                shutil.rmtree(step.out, ignore_errors=True)

    def _run(self, words: tuple[str, ...]) -> Done:
        done = self._site.run(*words)
        self._note(words, done)
        return done

    def _note(self, words: tuple[str, ...], done: Done, remark: str = "") -> None:
        output = "".join(f"\n      {line}" for line in done.stderr.splitlines())
        self.transcript.append(f"  upline {' '.join(words)}{remark} -> {done.returncode}{output}")

    def _undisturbed(self, place: int, step: Step) -> None:
        done, timing = timed(self._site, step.words)
        self._note(step.words, done, " (undisturbed)")
        self._expect(place, "none", done)
        self._marks.append(Mark(timing, *self._look(), files_of(step.out)))

    def _look(self) -> tuple[State | None, Results]:
        """State and results in the database; without a server, no state and the last known results."""
        if self._site.running() is None:
            return None, self._marks[-1].results if self._marks else frozenset()
        with self._site.graph() as graph:
            company = state(graph, self._began)
        return company, company.results

    def _expect(self, place: int, fault: Fault | str, done: Done) -> None:
        """Refuse an end that differs from that of the step without any fault."""
        step = self._script.steps[place]
        self._sound(place, fault, done)
        if step.refusal:
            if done.returncode != 2 or step.refusal not in NAMED.findall(done.stderr):
                raise self._finding(place, fault, f"it should be refused as {step.refusal}: {_end(done)}")
        elif done.returncode != 0:
            raise self._finding(place, fault, f"the command ends with {done.returncode}: {_end(done)}")

    def _sound(self, place: int, fault: Fault | str, done: Done) -> None:
        if "Traceback (most recent call last)" in done.stderr or "report it" in done.stderr:
            raise self._finding(place, fault, f"it ends with a traceback: {_end(done)}")

    def _finding(self, place: int, fault: Fault | str, what: str) -> FindingError:
        return FindingError(fault, self._script.steps[place].kind, place, what)

    def _disturbed(self, place: int, step: Step, strike: Strike) -> None:
        following = self._script.steps[place + 1] if place + 1 < len(self._script.steps) else None
        files = files_of(step.out)
        back = self._taken_back()
        outcome = struck(self._site, step, strike, self._marks[place].timing, following)
        self._tally.add(strike, step, outcome)
        self._note(step.words, outcome.done, f" ({strike.fault}{'' if outcome.hit else ', too late'})")
        if outcome.second:
            self._note(("second",), outcome.second)
            self._numbered &= strike.companion != "next"
        self._judge(place, strike, outcome)
        if step.out:
            self._whole_files(place, strike, files)
        if outcome.hit:
            self._asked(place, step, strike, back)
        self._expect(place, strike.fault, self._run(step.words))
        if strays := self._site.strays():
            raise self._finding(place, strike.fault, f"processes are left: {strays}")

    def _taken_back(self) -> set[int]:
        if self._site.running() is None:
            return set()
        with self._site.graph() as graph:
            return taken_back(graph)

    def _judge(self, place: int, strike: Strike, outcome: Struck) -> None:
        """Check how the struck command has ended, and the second one if there was one."""
        step = self._script.steps[place]
        for done in (outcome.done, outcome.second):
            if done is None:
                continue
            self._sound(place, strike.fault, done)
            natural = {0, 2} if step.refusal else {0}
            if done.returncode not in natural | (STATUSES[strike.fault] if outcome.hit else set()):
                raise self._finding(place, strike.fault, f"it ends with {done.returncode}: {_end(done)}")
            if done.returncode == 2 and not step.refusal:
                expected = NAMES[strike.fault]
                if done is outcome.second and strike.companion == "next":
                    # It came first, and misses what the other one brings.
                    expected = expected | {"import_refused"}
                if not set(NAMED.findall(done.stderr)) & expected:
                    raise self._finding(place, strike.fault, f"it does not say what is wrong: {_end(done)}")
        lost = strike.fault in ("kill server", "cut line", "drop line")
        if lost and outcome.done.returncode == 2 and outcome.spoke_s > SPEAK_S:
            raise self._finding(place, strike.fault, f"it took {outcome.spoke_s:.0f} s to say so")

    def _whole_files(self, place: int, strike: Strike, before: dict[str, str]) -> None:
        """Files that look complete are those from before, or those that the command writes undisturbed."""
        step = self._script.steps[place]
        sign = "members.csv" if step.kind == "rollup" else "report.json"
        now = files_of(step.out)
        if sign in now and now not in (before, self._marks[place].files):
            missing = sorted(set(self._marks[place].files) - set(now))
            what = f"the files look whole and are not; {', '.join(missing) or 'none'} missing"
            raise self._finding(place, strike.fault, what)

    def _asked(self, place: int, step: Step, strike: Strike, back: set[int]) -> None:
        """The next command reports what it found, and nothing unfinished is visible."""
        expected = self._left_behind(strike)
        again = int(strike.share * 1000) % 2 == 0 and step.kind not in ("start", "stop", "compute")
        words = step.words if again else ("runs", "--json")
        done = self._run(words)
        self._tally.hear(strike, step, done.stderr)
        if again:
            self._expect(place, strike.fault, done)
        elif done.returncode != 0:
            raise self._finding(place, strike.fault, f"the next command fails: {_end(done)}")
        with self._site.graph() as graph:
            left, figures = unfinished(graph), results(graph)
            gone = taken_back(graph) - back
        expected += [INTERRUPTED["Change"].format(number) for number in gone]
        for sentence in expected:
            if not re.search(sentence, done.stderr):
                what = f"{words[0]} does not say what it found: {sentence!r} in {_end(done)}"
                raise self._finding(place, strike.fault, what)
        if CRASHED in done.stderr and CRASHED not in expected:
            raise self._finding(place, strike.fault, f"nobody killed the server: {_end(done)}")
        if left and not again:
            raise self._finding(place, strike.fault, f"something is left unfinished: {left}")
        self._only_results(place, strike, figures)

    def _only_results(self, place: int, strike: Strike, figures: Results) -> None:
        """Each visible result is one from before the command, or from after it."""
        if strike.fault == "two at once" and strike.companion == "next":
            return  # it may have been faster, and then has its result from before this command
        shown = self._marks[place].results | (self._marks[place - 1].results if place else frozenset())
        if extra := figures - shown:
            more = result_differences(frozenset(extra), shown)
            raise self._finding(place, strike.fault, "\n    ".join(["a result shows that is none:", *more]))

    def _left_behind(self, strike: Strike) -> list[str]:
        """What the next command has to report, as patterns."""
        if self._site.running() is None:
            died = strike.fault in ("kill server", "full disk") and crashed(self._site)
            return [CRASHED] if died else []
        try:
            with self._site.graph() as graph:
                left = unfinished(graph)
        except DatabaseError:
            if strike.fault != "full disk":
                raise
            return []  # it answers nothing until it is started anew, which the next command has to do
        return [
            INTERRUPTED[row["label"]].format(row["number"])
            for row in left
            if row["state"] == "running" and row["label"] in INTERRUPTED
        ]

    def _compare(self, place: int, fault: Fault | str) -> None:
        """The two companies must be equal after a step."""
        mark, step = self._marks[place], self._script.steps[place]
        strike = self._script.strikes.get(place)
        met = strike is not None and strike.fault == "two at once" and strike.companion == "next"
        if mark.state is not None and self._site.running() is not None and not met:
            with self._site.graph() as graph:
                now = state(graph, self._began)
            if wrong := differences(now, mark.state, numbered=self._numbered):
                raise self._finding(place, fault, _listed("the companies differ", wrong))
        if step.out and (now_files := files_of(step.out)) != mark.files and not met:
            names = {name for name in mark.files | now_files if mark.files.get(name) != now_files.get(name)}
            raise self._finding(place, fault, f"the files differ: {sorted(names)}")

    def _end(self, place: int) -> None:
        """Nothing is left over, and a run from nothing has the results of the runs that are there."""
        self._run(("runs", "--json"))
        with self._site.graph() as graph:
            left = [str(row) for row in unfinished(graph)] + orphans(graph)
            before = results(graph)
        if left:
            raise self._finding(place, "none", _listed("something is left over", left))
        runs = [step for step in self._script.steps if step.kind == "run"][-len(PERIODS) :]
        for step in runs:
            self._run((*step.words, *(() if "--afresh" in step.words else ("--afresh",))))
        with self._site.graph() as graph:
            again = results(graph)
        if wrong := result_differences(before, again):
            first = self._script.steps.index(runs[0])
            raise self._finding(first, "none", _listed("a run had not noticed a change", wrong))


def crashed(site: Site) -> bool:
    """Whether the server has died that had once answered."""
    try:
        known: dict[str, Any] = json.loads((site.server.home / "process.json").read_text())
    except OSError:
        return False
    return bool(known["ready"]) and site.server.status().state == "crashed"


def files_of(folder: Path | None) -> dict[str, str]:
    """A folder's files by name, each as a hash of what two runs of the same input must share."""
    hashes = {}
    for path in sorted(folder.rglob("*")) if folder else ():
        if path.is_file():
            data = path.read_bytes()
            if path.name == "report.json":
                with suppress(ValueError):  # half written, it is compared as it is
                    data = json.dumps(_lasting(json.loads(data)), sort_keys=True).encode()
            hashes[path.relative_to(folder or path).as_posix()] = hashlib.sha256(data).hexdigest()
    return hashes


def _lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _lasting(part) for name, part in value.items() if name not in PASSING}
    return [_lasting(part) for part in value] if isinstance(value, list) else value


def _end(done: Done) -> str:
    lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return " / ".join(lines[-4:]) or "it says nothing"


def _listed(what: str, lines: list[str]) -> str:
    more = [f"... and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "\n    ".join([f"{what}:", *lines[:MOST_LINES], *more])
