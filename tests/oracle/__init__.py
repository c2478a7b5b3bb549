"""A second engine: slow, plain, straight from the plan language, sharing nothing with the first.

It reads the same company tables and plan files, keeps every figure as an exact fraction, and walks trees with
plain loops. Where the two engines differ, one of them is wrong.
"""

from .compare import differences
from .compute import compute
from .result import Line, RankCard, Result, Standing, Totals, Unpaid

__all__ = ["Line", "RankCard", "Result", "Standing", "Totals", "Unpaid", "compute", "differences"]
