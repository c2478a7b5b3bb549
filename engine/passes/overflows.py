"""Figures past 64 bits: which pass of a run met one, and the order that is most likely at fault.

Single figures are bounded when they are read (engine/ranges.py), and ninety million orders of the largest
volume still add up within 64 bits. Products of a volume, a rate and a number of pieces need not, nor sums of
those over a large company: there the server stops the statement, and nothing of the run is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.graph.database import FigureTooLargeError
from engine.money import decimal
from engine.passes.context import Work


@contextmanager
def named(work: Work, name: str) -> Iterator[None]:
    """Let a FigureTooLargeError of the block say in which pass, in which period, and after which order."""
    try:
        yield
    except FigureTooLargeError as error:
        if error.where and error.where.startswith("period "):
            raise  # a pass within this one has named it
        raise FigureTooLargeError(
            f"{name}: {error.what}", f"period {work.period.name}", _largest(work)
        ) from error


def _largest(work: Work) -> str:
    """What to do: which order of the period has the largest volume, and which fact is the largest."""
    rows = work.graph.read("runs/largest_figures", **work.window)
    sentences = [
        f"The largest {row['what']} is {row['id']} of member {row['member_id']}: "
        + (decimal(row["figure"], 2) if row["what"] == "order" else str(row["figure"]))
        + "."
        for row in rows
    ]
    return " ".join([*sentences, "Correct what is far too large, in the tables or in the plan."])
