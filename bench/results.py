"""Results kept: bench/results.json holds the last measurement of each cell, all of one machine."""

import json
from pathlib import Path
from typing import Any

from bench.measure import Facts

RESULTS = Path(__file__).parent / "results.json"
SHAPES = ("bushy", "deep", "binary")


def load(path: Path = RESULTS) -> list[Facts]:
    """The cells of a results file, in the order of shapes and sizes; none where there is no file."""
    if not path.is_file():
        return []
    cells: list[Facts] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ordered(cells)


def merged(before: list[Facts], new: list[Facts]) -> list[Facts]:
    """New cells take the place of old ones; figures of another machine are dropped."""
    if not new:
        return ordered(before)
    here = new[-1]["machine"]
    kept = {_key(cell): cell for cell in before if cell["machine"] == here}
    return ordered([*(kept | {_key(cell): cell for cell in new}).values()])


def save(cells: list[Facts], path: Path = RESULTS) -> None:
    """Write the cells."""
    path.write_text(json.dumps({"cells": ordered(cells)}, indent=1) + "\n", encoding="utf-8")


def ordered(cells: list[Facts]) -> list[Facts]:
    """By shape and size."""
    return sorted(cells, key=lambda cell: (SHAPES.index(cell["shape"]), cell["members"]))


def differing(cells: list[Facts]) -> list[str]:
    """Ways whose figures are not the engine's; a sentence for each."""
    return [
        f"{cell['shape']}, {cell['members']:,} members: {what} has other figures than a full run"
        for cell in cells
        for what, same in (
            *((way["way"], way.get("same", True)) for way in cell.get("group_volume", {}).get("ways", ())),
            ("the month in SQL", cell.get("month_in_sql", {}).get("same", True)),
            ("live figures", cell.get("live", {}).get("same", True)),
            ("live figures after operations", cell.get("following", {}).get("same", True)),
        )
        if not same
    ]


def _key(cell: Facts) -> tuple[Any, ...]:
    return cell["shape"], cell["members"]
