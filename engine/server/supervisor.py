"""Runs a program that must not outlive its caller: ``python -P supervisor.py PID PROGRAM ARGUMENT...``.

The program is killed once process PID is gone. Otherwise a tool whose caller was killed would go on writing
into a store that the next command has begun anew.
"""

import subprocess
import sys

import psutil

CHECK_S = 0.2
"""Seconds between two looks at the caller: no later command gets as far as the store within that time."""


def supervised(program: list[str]) -> list[str]:
    """The command line that runs a program for as long as this process lives."""
    return [sys.executable, "-P", __file__, str(psutil.Process().pid), *program]


def main() -> int:
    """Run the program, and return its exit status."""
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
