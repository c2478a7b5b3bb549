"""What a mapping says: which file and column feeds which of ours, and how its values are to be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.errors import UplineError
from engine.intake.files import Dialect
from engine.intake.mapping.dates import DateFormat

DAYS = ("enrolled_on", "since", "effective_on")
INSTANTS = ("ordered_at", "recorded_at")
FIGURES = ("qualifying_volume", "commissionable_volume", "amount")
"""Columns of ours that hold days, instants and figures, in whatever table."""


class MappingError(UplineError):
    """A mapping is wrong; `where` gives its path and line."""


def is_date(column: str) -> bool:
    """Whether a column of ours holds days or instants."""
    return column in DAYS or column in INSTANTS


def is_figure(table: str, column: str) -> bool:
    """Whether a column of ours holds numbers."""
    return column in FIGURES or (table, column) == ("facts", "value")


def labelled(label: str, column: str) -> str:
    """What a message calls a column of ours: the company's own name for it, and ours."""
    return f"{label} ({column})" if label not in ("", column) else column


@dataclass(frozen=True, slots=True)
class Condition:
    """Rows whose value in a column is one of some; with `but` those whose value is none of them.

    The text "" stands for an empty field.
    """

    column: str
    values: tuple[str, ...]
    but: bool = False


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value found in another file: in the row whose `key` is the value at hand, the column `value`.

    Without a `dialect` the file is written as an entry that reads it says, or else like the one at hand.
    """

    file: str
    key: str
    value: str
    where: tuple[Condition, ...] = ()
    dialect: Dialect | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """How figures are written: signs of decimals and of groups of three digits, and what to leave out."""

    decimal: str = "."
    thousands: str = ""
    affixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """Where the values of one column of ours come from, and how they are read. `place` is in the mapping.

    `names` are columns of the file: `how` says whether there is one, the first that is not empty counts,
    or all are joined. Without names every row has the constant `value`.
    """

    target: str
    place: str
    how: str = "column"
    names: tuple[str, ...] = ()
    value: str = ""
    separator: str = " "
    empty: tuple[str, ...] = ()
    """Values that mean nothing at all, such as 0 for no sponsor."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Words of the company, in small letters, by what they are in our tables."""
    otherwise: str | None = None
    """What a word that is not among them, or a value that a lookup does not find, becomes."""
    lookup: Lookup | None = None
    formats: tuple[DateFormat, ...] = ()
    numbers: Numbers | None = None
    negative: bool = False
    """Figures are made negative, whatever their sign: those of a list of refunds."""
    prefix: str = ""
    upper: bool = False
    """Letters become capitals, as those of a currency are."""
    itself: bool = False
    """A value that is the row's own id is nobody: some systems write roots so."""

    @property
    def label(self) -> str:
        """What the company calls it; empty for a constant."""
        names = {"first": " or ", "joined": " and "}.get(self.how, "").join(self.names)
        return f"{names}, looked up in {self.lookup.file}" if self.lookup else names


@dataclass(frozen=True, slots=True)
class Feed:
    """One entry ``[[table]]``: rows of some files that are rows of one table of ours.

    `files` may be patterns such as ``orders-*.csv``. Rows without a value in the columns `only_with` are left
    out. `zone` is the time zone of instants without an offset; None: the company's.
    """

    table: str
    place: str
    files: tuple[str, ...]
    columns: tuple[Column, ...]
    dialect: Dialect = field(default_factory=Dialect)
    optional: bool = False
    zone: str | None = None
    where: tuple[Condition, ...] = ()
    only_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CompanyMapping:
    """A whole mapping; `time_zone` and `refund_rules` are settings of the company, as for an import."""

    name: str
    path: str
    text: str
    feeds: tuple[Feed, ...]
    time_zone: str | None = None
    refund_rules: Mapping[str, str] = field(default_factory=dict)
