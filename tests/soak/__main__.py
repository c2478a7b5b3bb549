"""Runs a fault campaign: `python -m tests.soak --rounds 300 --seed 7`; status 1 after a failure.

A campaign that is ended early (Ctrl-C, SIGTERM, a terminal that is closed) leaves no process and no disk.
"""

import argparse
import signal
import sys
from types import FrameType

from tests.soak.campaign import FAULTS_A_ROUND, MEMBERS, campaign
from tests.soak.script import FAULTS

ENDINGS = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
"""Signals that end a campaign like an error: what it has made is cleared away on the way out."""


def _end(number: int, _frame: FrameType | None) -> None:
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)  # a second one must not interrupt the clearing away
    sys.exit(128 + number)


def main() -> int:
    """Read the options, play the rounds, print the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="how many rounds, from number 1 on")
    parser.add_argument("--seed", type=int, default=7, help="another seed, other rounds")
    parser.add_argument("--round", type=int, action="append", help="only the round of this number; repeat it")
    parser.add_argument("--members", type=int, default=MEMBERS, help="most members of a company")
    parser.add_argument("--faults", type=int, default=FAULTS_A_ROUND, help="faults in each round")
    parser.add_argument("--only", action="append", choices=[*FAULTS], help="only this fault; repeat it")
    parser.add_argument("--brief", action="store_true", help="fewer commands in each round")
    parser.add_argument("--verbose", action="store_true", help="print every script before it is played")
    options = parser.parse_args()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell that runs this in the background lets all its children ignore Ctrl-C; some faults are it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in ENDINGS:
        signal.signal(number, _end)
    report = campaign(
        options.seed,
        options.round or range(1, options.rounds + 1),
        members=options.members,
        faults=options.faults,
        only=frozenset(options.only or FAULTS),
        brief=options.brief,
        tell=lambda text: print(text, flush=True),
        verbose=options.verbose,
    )
    print("\n".join(report.lines()))
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
