"""``python -m bench``: measure, show, and with --write keep the figures in bench/."""

import argparse
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.markdown import Markdown

from bench import plot, report, results
from bench.cell import PART, Job
from bench.measure import Facts
from bench.progress import console, end_once

SIZES = (10_000, 100_000)
MILLION, LARGEST = 1_000_000, 10_000_000
COMPARED_TO = 100_000
"""Companies up to this size are also computed in the other ways."""
FAMILIES_AT = 100_000
ROOM = {MILLION: (10, 8), LARGEST: (60, 20)}
"""GiB that a size needs: free on the disk, and of memory in the machine."""
LARGEST_HEAP_MIB = 8192
WIDTH = 150
"""Columns of the report on standard output: its tables do not fit narrow terminals."""
ENDED = 130
END_S = 120
"""How long a cell may take to stop its servers after an interrupt."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and report; 0 when all ways agree, 1 when figures differ or a cell failed, 130 interrupted."""
    options = _arguments().parse_args(arguments)
    kept = results.load(options.results)
    if not options.table:
        cells, status = _cells(list(_jobs(options)))
        Console(width=WIDTH).print(Markdown(report.render(results.ordered(cells))))
        if status == ENDED or not cells:
            return status
        kept = results.merged(kept, cells)
        for sentence in (wrong := results.differing(cells)):
            console.print(f"[red]{sentence}[/red]")
        status = 1 if wrong else status
    else:
        status = 0
    if options.write or options.table:
        results.save(kept, options.results)
        if not plot.draw(kept, report.PLOT):
            console.print("no picture of growth: it needs matplotlib and two sizes")
        report.write(kept)
        console.print(f"written: {options.results}, {report.PAGE}")
    return status


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measured comparisons.")
    numbers, words = _list_of(int), _list_of(str)
    parser.add_argument("--full", action="store_true", help="1,000,000 members too, and 10,000,000 once")
    parser.add_argument("--sizes", type=numbers, help="numbers of members, as 10000,100000")
    parser.add_argument("--shapes", type=words, default=list(results.SHAPES), help="bushy,deep,binary")
    parser.add_argument("--parts", type=words, default=list(PART), help=f"of {','.join(PART)}")
    parser.add_argument("--repeats", type=int, help="runs of each kind; default by size")
    parser.add_argument("--calls", type=int, default=200, help="calls of each read")
    parser.add_argument("--seed", type=int, default=7, help="of the companies and of random members")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds that another way may take")
    parser.add_argument("--write", action="store_true", help="keep the figures in bench/, table and plot too")
    parser.add_argument(
        "--table", action="store_true", help="measure nothing: table and plot from kept figures"
    )
    parser.add_argument("--results", type=Path, default=results.RESULTS, help=argparse.SUPPRESS)
    return parser


def _list_of(kind: Any) -> Any:
    return lambda text: [kind(part.replace("_", "")) if kind is int else part for part in text.split(",")]


def _jobs(options: argparse.Namespace) -> Iterator[Job]:
    sizes = options.sizes or [*SIZES, *([MILLION, LARGEST] if options.full else [])]
    for members in sizes:
        for shape in options.shapes:
            if members >= LARGEST and shape != "bushy" and not options.sizes:
                continue
            if why := _no_room(members):
                console.print(f"skipped: {shape}, {members:,} members: {why}")
                continue
            yield Job(
                shape, members, options.seed,
                _repeats(members) if options.repeats is None else options.repeats,
                options.calls, options.limit,
                [part for part in options.parts if _measured_at(part, shape, members)],
                LARGEST_HEAP_MIB if members > MILLION else None,
            )  # fmt: skip


def _measured_at(part: str, shape: str, members: int) -> bool:
    if part == "peers":
        return members <= COMPARED_TO
    if part == "anchor":
        return members <= MILLION
    if part == "families":
        weekly = shape == "binary" and members == MILLION
        return weekly or members == FAMILIES_AT or members < min(SIZES)
    return True


def _repeats(members: int) -> int:
    """More for what is short; none at ten million: one run on a server just started."""
    return 5 if members <= SIZES[0] else 3 if members <= MILLION else 0


def _no_room(members: int) -> str:
    disk, memory = next(
        (need for size, need in sorted(ROOM.items(), reverse=True) if members >= size), (1, 2)
    )
    free = shutil.disk_usage(tempfile.gettempdir()).free >> 30
    if free < disk:
        return f"it needs {disk} GiB of disk, {free} are free"
    has = round(psutil.virtual_memory().total / (1 << 30))
    return f"it needs {memory} GiB of memory, the machine has {has}" if has < memory else ""


def _cells(jobs: list[Job]) -> tuple[list[Facts], int]:
    """Each job in a process of its own, one after the other; the measured cells, and a status."""
    cells: list[Facts] = []
    status = 0
    for number, job in enumerate(jobs, 1):
        console.print(f"[{number}/{len(jobs)}]", markup=False, end=" ")
        cell, code = _cell(job)
        if cell is not None:
            cells.append(cell)
        if code == ENDED:
            return cells, ENDED
        if code:
            console.print(f"[red]{job.shape}, {job.members:,} members: failed[/red]")
            status = 1
    return cells, status


def _cell(job: Job) -> tuple[Facts | None, int]:
    with tempfile.TemporaryDirectory(prefix="upline-bench-") as folder:
        job_file, cell_file = Path(folder) / "job.json", Path(folder) / "cell.json"
        job_file.write_text(json.dumps(asdict(job)), encoding="utf-8")
        child = subprocess.Popen([sys.executable, "-m", "bench.cell", str(job_file), str(cell_file)])
        try:
            code = child.wait()
        except KeyboardInterrupt:
            # Ctrl-C reached the child too; it stops its servers before it ends.
            child.send_signal(signal.SIGTERM)
            try:
                child.wait(END_S)
            except subprocess.TimeoutExpired:
                child.kill()
            return None, ENDED
        return (json.loads(cell_file.read_text(encoding="utf-8")) if cell_file.is_file() else None), code


if __name__ == "__main__":
    end_once()
    sys.exit(main())
