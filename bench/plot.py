"""Growth as a picture: seconds of a first run by members, one line for each shape, both axes logarithmic."""

import importlib
import importlib.util
from pathlib import Path
from typing import Any

from bench.measure import Facts

COLOURS = {"bushy": "#2166ac", "deep": "#b2182b", "binary": "#1b7837"}
MARKS = {"bushy": "o", "deep": "s", "binary": "^"}


def draw(cells: list[Facts], path: Path) -> bool:
    """Write the picture as SVG; False where matplotlib is not installed or there is nothing to compare."""
    if not importlib.util.find_spec("matplotlib") or len({cell["members"] for cell in cells}) < 2:
        return False
    matplotlib = importlib.import_module("matplotlib")
    # Text stays text, and the same figures give the same bytes.
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "upline", "svg.fonttype": "none", "font.size": 10})
    figure = importlib.import_module("matplotlib.figure").Figure(figsize=(7, 4.2), layout="constrained")
    axes = figure.subplots()
    for shape, colour in COLOURS.items():
        points = [
            (cell["load"]["members"], cell["run"]["first"]["seconds"]["median"])
            for cell in cells
            if cell["shape"] == shape
        ]
        if points:
            axes.plot(*zip(*points, strict=True), marker=MARKS[shape], color=colour, label=shape)
    _linear(axes, cells)
    axes.set(xscale="log", yscale="log", xlabel="members", ylabel="seconds of a first run, all stages")
    axes.grid(visible=True, which="both", alpha=0.25)
    axes.legend(frameon=False)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    return True


def _linear(axes: Any, cells: list[Facts]) -> None:
    """Where growth in step with members would lead, from the largest bushy company back."""
    known = [cell for cell in cells if cell["shape"] == "bushy"] or cells
    largest = max(known, key=lambda cell: int(cell["members"]))
    members, seconds = largest["load"]["members"], largest["run"]["first"]["seconds"]["median"]
    least = min(cell["load"]["members"] for cell in cells)
    axes.plot(
        (least, members), (seconds * least / members, seconds), color="#777777", linestyle=":",
        label="in step with members",
    )  # fmt: skip
