"""Runs a fault campaign: `python -m tests.soak --rounds 300 --seed 7`; status 1 after a failure."""

import argparse
import signal
import sys

from tests.soak.campaign import FAULTS_A_ROUND, MEMBERS, campaign
from tests.soak.script import FAULTS


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
