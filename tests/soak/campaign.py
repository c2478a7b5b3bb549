"""A campaign: rounds one after the other on one site, and the report of what each fault did."""

import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tests.soak.known import KNOWN, Known
from tests.soak.rounds import FindingError, Round, Tally
from tests.soak.script import FAULTS, STRIKES, Fault, Kind, Script, script
from tests.soak.site import Site, site

MEMBERS = 40
FAULTS_A_ROUND = 3

Tell = Callable[[str], None]


@dataclass(slots=True)
class Report:
    """The findings of a campaign. `failed` and `known` hold the number of a round and what is wrong in it."""

    seed: int
    rounds: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    known: list[tuple[int, str]] = field(default_factory=list)
    failed: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0

    def settle(self, number: int, finding: FindingError, known: Known = KNOWN) -> str | None:
        """Note the findings of a round; returns the reason where it is known to fail."""
        reason = known.get((finding.fault, finding.kind))
        (self.failed if reason is None else self.known).append((number, str(finding)))
        return reason

    def lines(self) -> list[str]:
        """The report for a person."""
        struck = [strike for strike in self.tally.strikes if strike[2]]
        lines = [
            "",
            f"seed {self.seed}: {self.rounds} rounds in {self.seconds:.0f} s, {len(struck)} faults struck, "
            f"{len(self.tally.strikes) - len(struck)} came too late",
            f"a lost server or line was reported after {self.tally.slowest_s:.1f} s at most",
            "",
            *self._table(),
            "",
            *(f"skipped: {fault} ({FAULTS[fault]}): {why}" for fault, why in self._skipped()),
        ]
        for (fault, kind), sentences in sorted(self.tally.heard.items()):
            lines += [f"{fault} in {kind}: {sentence}" for sentence in sorted(sentences)]
        lines += [f"known, round {number}: {what}" for number, what in self.known]
        lines += [f"FAILED, round {number}: {what}" for number, what in self.failed]
        lines += [
            f"replay: python -m tests.soak --seed {self.seed} --round {number}" for number, _ in self.failed
        ]
        return lines

    def _skipped(self) -> list[tuple[Fault, str]]:
        return [(fault, self.skipped[fault]) for fault in FAULTS if fault in self.skipped]

    def _table(self) -> list[str]:
        """Faults by kind of command: how many struck, and how many came too late."""
        hits = Counter((fault, kind) for fault, kind, hit in self.tally.strikes if hit)
        late = Counter((fault, kind) for fault, kind, hit in self.tally.strikes if not hit)

        def cell(fault: Fault, kind: Kind) -> str:
            at = (fault, kind)
            return f"{hits[at]}" + (f"/{late[at]}" if late[at] else "") if at in hits | late else "-"

        head = f"{'struck/too late':<16}" + "".join(f"{kind:>9}" for kind in STRIKES)
        return [head] + [
            f"{fault:<16}" + "".join(f"{cell(fault, kind):>9}" for kind in STRIKES) for fault in FAULTS
        ]


def campaign(
    seed: int,
    numbers: Iterable[int],
    *,
    members: int = MEMBERS,
    faults: int = FAULTS_A_ROUND,
    only: frozenset[Fault] = frozenset(FAULTS),
    brief: bool = False,
    tell: Tell = print,
    verbose: bool = False,
) -> Report:
    """Play rounds of a seed; goes on after a failure, on a new store. `tell` gets each line.

    `brief` rounds have fewer commands.
    """
    report = Report(seed)
    began = time.monotonic()
    with site() as place:
        if place.disk.unfit:
            report.skipped["full disk"] = place.disk.unfit
        unfit = {fault for fault in FAULTS if fault in report.skipped or fault not in only}
        for number in numbers:
            folder = place.folder / f"round-{number}"
            folder.mkdir()
            written = script(seed, number, folder, members=members, faults=faults, unfit=unfit, brief=brief)
            _play(place, written, report, tell, verbose=verbose)
            shutil.rmtree(folder, ignore_errors=True)
    report.seconds = time.monotonic() - began
    return report


def _play(place: Site, written: Script, report: Report, tell: Tell, *, verbose: bool) -> None:
    """Play one round: its outcome goes into the report, and what a person needs to see to `tell`."""
    began = time.monotonic()
    played = Round(place, written, report.tally)
    report.rounds += 1
    base = place.folder / f"round-{written.number}"
    if verbose:
        tell("\n".join(written.lines(base)))
    verdict = "equal to the undisturbed company"
    try:
        played.play()
    except Exception as error:  # whatever it is, the other rounds go on
        finding = error if isinstance(error, FindingError) else played.unexpected(error)
        known = report.settle(written.number, finding)
        verdict = f"known ({known}): {finding}" if known else f"FAILED: {finding}"
        if not known:
            tell(
                "\n".join(
                    [*written.lines(base), *(line.replace(f"{base}/", "") for line in played.transcript)]
                )
            )
        place.renew()
    strikes = ", ".join(
        f"{strike.fault} in {written.steps[step].kind}" for step, strike in sorted(written.strikes.items())
    )
    tell(f"round {written.number}: {strikes}: {verdict} ({time.monotonic() - began:.0f} s)")
