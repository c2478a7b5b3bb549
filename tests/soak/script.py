"""The script of a round: a company, the commands that it is given, and which faults strike which of them."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from tests.soak.company import LAST_MONTH, MONTH_BEFORE, Company, company

PLANS = Path(__file__).parents[2] / "engine" / "plans"
PERIODS = (MONTH_BEFORE, LAST_MONTH)
DAY = "2026-11-20"
"""From this day members are placed and rolled up: on every day of a campaign alike."""

Kind = Literal["import", "run", "live", "place", "rollup", "export", "compute", "check", "start", "stop"]
Moment = Literal["time", "line", "record"]
Fault = Literal[
    "kill", "terminate", "interrupt", "kill server", "cut line", "drop line", "full disk", "two at once"
]

FAULTS: dict[Fault, str] = {
    "kill": "kill -9 of the engine",
    "terminate": "SIGTERM to the engine",
    "interrupt": "Ctrl-C",
    "kill server": "kill -9 of Neo4j",
    "cut line": "connections to Neo4j are lost, and refused until the command has ended",
    "drop line": "connections to Neo4j are lost, and new ones accepted",
    "full disk": "not a byte is free until the command has ended",
    "two at once": "a second command begins",
}
ANY: tuple[Fault, ...] = tuple(FAULTS)
OWN_SERVERS: tuple[Fault, ...] = ("kill", "terminate", "interrupt", "kill server", "full disk")
STRIKES: dict[Kind, tuple[int, tuple[Fault, ...]]] = {
    "import": (5, ANY),
    "run": (5, ANY),
    "place": (4, ANY),
    "live": (3, ANY),
    "export": (3, ANY),
    "rollup": (2, ANY),
    "check": (1, ANY),
    "compute": (2, OWN_SERVERS),
    "start": (2, (*OWN_SERVERS, "two at once")),
    "stop": (2, ("kill", "terminate", "interrupt", "two at once")),
}
"""How often each kind of command is struck, relative to the others, and by which faults."""
RECORDS: dict[Kind, tuple[str, ...]] = {
    "run": ("standings", "volumes", "ranks", "compression", "bonuses", "statements", "checks"),
    "live": ("standings", "volumes"),
    "import": ("import running", "import held"),
    "place": ("placed",),
}
"""What the database shows while a command works: a run's stage, an open import, a first placement.

A run is held in its stage until the fault has struck, and "import held" keeps an import from being closed.
"""
TOGETHER: tuple[Kind, ...] = ("import", "run", "live")
"""Commands that the next one may overlap: repeated in order afterwards, they have the same results."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command. `out` is the folder that it writes, `refusal` the name of the refusal that it ends with."""

    kind: Kind
    words: tuple[str, ...]
    out: Path | None = None
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault and its moment: a share of the command's duration, a line that it prints, or what is recorded.

    `share` also picks the line, and `later` is how far the fault is delayed towards the next event.
    """

    fault: Fault
    moment: Moment
    share: float
    later: float
    companion: Literal["same", "runs", "next"] = "same"


@dataclass(frozen=True, slots=True)
class Script:
    """Everything that a round does, the same for the same seed and number."""

    seed: int
    number: int
    company: Company
    steps: tuple[Step, ...]
    strikes: dict[int, Strike]

    def lines(self, base: Path) -> list[str]:
        """The script for a person; paths below `base` are shortened."""
        lines = [f"round {self.number} of seed {self.seed}: a {self.company.shape} company"]
        for place, step in enumerate(self.steps):
            line = f"  {place + 1:>2}. upline {' '.join(step.words)}".replace(f"{base}/", "")
            if strike := self.strikes.get(place):
                at = f"{strike.moment} {strike.share:.3f} + {strike.later:.3f}"
                line += f"   <- {strike.fault} at {at}"
                line += f" ({strike.companion})" if strike.fault == "two at once" else ""
            lines.append(line)
        return lines


def script(
    seed: int,
    number: int,
    folder: Path,
    *,
    members: int,
    faults: int,
    unfit: set[Fault],
    brief: bool = False,
) -> Script:
    """The script of a round, its tables written below `folder`; without faults that cannot be done here."""
    random = Random(f"{seed}/{number}")
    made = company(random, random.randint(members // 2, members), folder)
    writer = _Writer(random, made, folder)
    steps = writer.few_steps() if brief else writer.steps()
    return Script(seed, number, made, steps, _strikes(random, steps, faults, unfit))


class _Writer:
    """Writes the steps of one round."""

    def __init__(self, random: Random, made: Company, folder: Path) -> None:
        self._random, self._company, self._folder = random, made, folder
        choices = ("aurora", "binary") if made.two_trees else ("aurora", "aurora", "differential")
        self._plan = PLANS / f"{random.choice(choices)}.toml"
        self._out = 0

    def steps(self) -> tuple[Step, ...]:
        """Deliveries in order, a month computed now and then, and everything at the end."""
        first, *rest = (self._import(folder) for folder in self._company.deliveries)
        steps = [first]
        if self._random.random() < 0.1:
            steps = [Step("import", (*first.words, "--offline"))]
        for delivery in rest[: self._random.randint(1, len(rest))]:
            steps += self._between()
            steps.append(delivery)
        steps += self._between()
        steps += [self._run(period) for period in PERIODS]
        steps += [*self._check(), self._export()]
        return tuple(steps)

    def few_steps(self) -> tuple[Step, ...]:
        """Two deliveries and one month."""
        first, second, *_ = (self._import(folder) for folder in self._company.deliveries)
        steps = [first, *self._place(), second, self._run(LAST_MONTH), *self._check(), self._export()]
        return tuple(steps)

    def _between(self) -> list[Step]:
        makers = (
            (3, lambda: [self._run(MONTH_BEFORE)]),
            (2, lambda: [self._run(MONTH_BEFORE), self._run(LAST_MONTH)]),
            (2, lambda: [self._run(MONTH_BEFORE), *self._check(), self._export()]),
            (2, lambda: [self._live()]),
            (3, self._place),
            (1, self._rollup),
            (1, lambda: [Step("import", ("import", str(self._company.wrong)), refusal="import_refused")]),
            (0.5, lambda: [Step("stop", ("server", "stop")), Step("start", ("server", "start"))]),
            (0.3, self._compute),
        )
        weights, choices = zip(*makers, strict=True)
        picked = self._random.choices(choices, weights, k=self._random.randint(0, 2))
        return [step for make in picked for step in make()]

    def _import(self, folder: Path) -> Step:
        return Step("import", ("import", str(folder)))

    def _run(self, period: str) -> Step:
        afresh = ("--afresh",) if self._random.random() < 0.2 else ()
        return Step("run", ("run", "--period", period, "--plan", str(self._plan), *afresh))

    def _live(self) -> Step:
        words = ("live", "--period", LAST_MONTH, "--plan", str(self._plan), "--check")
        return Step("live", words)

    def _place(self) -> list[Step]:
        if not self._company.two_trees:
            return [self._live()]
        return [Step("place", ("place", "--waited", "0", "--rule", "even_fill", "--on", DAY))]

    def _check(self) -> list[Step]:
        return [Step("check", ("check",))]

    def _export(self) -> Step:
        out = self._folder / f"result-{self._random.randint(1, 2)}"
        form = self._random.choice(("csv", "parquet"))
        return Step("export", ("export", "--out", str(out / form), "--format", form), out / form)

    def _rollup(self) -> list[Step]:
        self._out += 1
        out = self._folder / f"moves-{self._out}"
        words = ("rollup", "--out", str(out), "--on", DAY)
        return [Step("rollup", words, out), self._import(out)]

    def _compute(self) -> list[Step]:
        self._out += 1
        out = self._folder / f"computed-{self._out}"
        words = ("compute", str(self._company.deliveries[0]), "--plan", str(self._plan))
        return [Step("compute", (*words, "--period", MONTH_BEFORE, "--out", str(out)), out)]


def _strikes(random: Random, steps: tuple[Step, ...], faults: int, unfit: set[Fault]) -> dict[int, Strike]:
    places = [*range(len(steps))]
    strikes: dict[int, Strike] = {}
    while len(strikes) < min(faults, len(steps)):
        place = random.choices(places, [STRIKES[steps[place].kind][0] for place in places])[0]
        kind = steps[place].kind
        fault = random.choice(STRIKES[kind][1])
        moments: tuple[Moment, ...] = ("time", "line", "record") if kind in RECORDS else ("time", "line")
        moment, share, later = random.choice(moments), random.random(), random.random()
        companion = random.choice(("same", "same", "runs", *(("next",) if _may_meet(steps, place) else ())))
        if fault not in unfit:
            strikes[place] = Strike(fault, moment, share, later, companion)
        places = [other for other in places if other not in strikes] or [place]
    return strikes


def _may_meet(steps: tuple[Step, ...], place: int) -> bool:
    """Whether a command and the next one may be at work at once, with the same results to expect."""
    if place + 1 == len(steps):
        return False
    pair = steps[place], steps[place + 1]
    return all(step.kind in TOGETHER and step.refusal is None for step in pair)
