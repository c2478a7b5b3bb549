"""Run a program on a leash: ``python -P leash.py PID PROGRAM ARGUMENT...`` ends it once process PID is gone.

A tool that outlived its killed caller would go on writing a store that the next command has begun anew.
"""

import subprocess
import sys

import psutil

CHECK_S = 0.2
"""How often the caller is looked for: sooner than any next command can come that far."""


def command(program: list[str]) -> list[str]:
    """The command line that runs a program on the leash of this process."""
    return [sys.executable, "-P", __file__, str(psutil.Process().pid), *program]


def main() -> int:
    """Run, and return the program's own exit status."""
    caller, *program = sys.argv[1:]
    with subprocess.Popen(program) as child:
        while True:
            try:
                return child.wait(CHECK_S)
            except subprocess.TimeoutExpired:
                if not psutil.pid_exists(int(caller)):
                    child.kill()


if __name__ == "__main__":
    sys.exit(main())
