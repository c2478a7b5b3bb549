"""Ad hoc Cypher: anybody's statement, but read only, and limited in time and rows.

Three fences, each of which holds by itself against what it is for: the server's READ mode (writes), the
plan and the text (files, addresses, procedures, other people's queries), the server's clock (time).
READ mode alone still fetches addresses by LOAD CSV and lists settings and other users' queries, and a
plan hides a subquery inside a list, so the text is read too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from engine import ranges
from engine.errors import UplineError
from engine.graph import driver
from engine.graph.database import Graph, Row, exact, located, within_memory
from engine.graph.queries import Query

ROWS = 1_000
"""Rows of an answer unless more are asked for."""
MOST_ROWS = ranges.ROWS.most
"""Rows of the longest answer: a million narrow rows take the driver about 25 s."""
SECONDS = 30.0
"""Seconds that a statement may take unless more are asked for."""
MOST_SECONDS = ranges.SECONDS.most / ranges.SECONDS.scale
MOST_TEXT = 100_000
"""Characters of the longest statement: planning time grows with the text."""

PROCEDURES = frozenset(
    """db.labels db.relationshipTypes db.propertyKeys
    db.schema.nodeTypeProperties db.schema.relTypeProperties db.schema.visualization""".split()
)
"""The only procedures that a statement may call: they describe the graph and touch nothing else."""

_READERS = re.compile(
    r"""\w*(Scan|Seek|SeekByRange|Lookup|Join|Aggregation|FromCountStore|IndexSearch)
    |(?!Transaction)\w*Apply|\w*Expand|\w*ShortestPaths?|(Bidirectional)?Repeat|Triadic\w+
    |Argument|ArgumentTracker|ProduceResults|Projection|ProjectEndpoints|CacheProperties|PathPropagatingBFS
    |Filter|Skip|\w*Limit|\w*Sort|\w*Top|Top1WithTies|\w*Distinct|\w*Union|\w*Unwind|UnwindCollection
    |Optional|Eager|EmptyRow|EmptyResult|CartesianProduct|AssertSame\w+|NonFuse|NonPipelined|PreserveOrder""",
    re.VERBOSE,
)
"""Names of plan operators that only read the graph; whatever is not known is refused."""

_LITERAL = re.compile(
    r"""//[^\n\r]*|/\*.*?\*/|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`(?P<name>(?:``|[^`])*)`""", re.DOTALL
)
_GAP = r"[^!-~]*"  # whatever is not printable ASCII: the server takes more signs for space than Python
_REACHING = re.compile(
    rf"""(?<![A-Za-z0-9_])(?:\d\w*?)?  # a keyword may follow a number directly
    (?:(?P<load>LOAD{_GAP}CSV(?!\w))
    |CALL{_GAP}(?P<procedure>\w+(?:\s*\.\s*\w+)*)
    |(?P<show>SHOW|TERMINATE)[^!-~]+(?=\w))""",
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)
_KEYWORDS = frozenset("LOAD CSV CALL SHOW TERMINATE".split())
_PLACE = re.compile(r"\(line \d+, column \d+ \(offset: (\d+)\)\)")
_PREFIX = "EXPLAIN\n"


class StatementRefusedError(UplineError):
    """A statement would do more than read the graph; `offset` characters come before what is refused."""

    offset: int = 0


class StatementTextError(UplineError):
    """A statement is no valid Cypher."""


class StatementParameterError(UplineError):
    """A parameter is missing or has no readable value."""


class StatementFailedError(UplineError):
    """A statement went wrong while it ran."""


class TimeLimitError(UplineError):
    """A statement took longer than it may, or asks for more time than there is."""


class RowLimitError(UplineError):
    """More rows are asked for than one answer may have."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds (0.001 to MOST_SECONDS) and rows (0 for MOST_ROWS) of one statement."""

    seconds: float = SECONDS
    rows: int = ROWS

    def __post_init__(self) -> None:
        if not 0.001 <= self.seconds <= MOST_SECONDS:
            raise TimeLimitError(f"{self.seconds:g} seconds are asked for, 0.001 to {MOST_SECONDS:g} can be")
        if not 0 <= self.rows <= MOST_ROWS:
            raise RowLimitError(f"{self.rows:,} rows are asked for, 0 to {MOST_ROWS:,} can be")

    @property
    def most_rows(self) -> int:
        """Rows after which the answer is cut."""
        return self.rows or MOST_ROWS


@dataclass(slots=True)
class Answer:
    """Rows as they arrive, values as the driver gives them; `cut` is known once they are through."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]
    cut: bool = field(default=False)


@contextmanager
def ask(
    graph: Graph,
    text: str,
    params: Mapping[str, object] | None = None,
    limits: Limits | None = None,
    begins: Callable[[], None] = lambda: None,
) -> Iterator[Answer]:
    """Ask a statement that only reads, and yield its answer while it is open.

    `begins` is called when its plan has been looked at, and its time begins.

    Raises StatementRefusedError for whatever reaches beyond reading the graph, before anything is run;
    StatementTextError with line, column and a caret; TimeLimitError, StatementParameterError and
    StatementFailedError, also while rows are taken.
    """
    bounds, values = limits or Limits(), dict(params or {})
    if len(text) > MOST_TEXT:
        raise StatementTextError(f"the statement has {len(text):,} characters, {MOST_TEXT:,} are allowed")
    look(text)
    with graph.session(driver.READ_ACCESS) as session:
        _hold_plan(graph, session, text, values, bounds)
        begins()
        try:
            result = _run(graph, session, text, values, bounds)
            answer = Answer(tuple(result.keys()), iter(()))
        except driver.Neo4jError as error:
            _refuse(error, text, bounds)
        answer.rows = _taken(result, answer, text, bounds)
        yield answer
        result.consume()  # tells the server to stop where the answer was cut


def rows(graph: Graph, question: Query, seconds: float, /, **parameters: object) -> list[Row]:
    """Rows of a question of ours or of a company's, as dicts by column name; stopped after some seconds.

    A lost server is not asked again, because it may be lost for the sake of this very question. Raises
    TimeLimitError, MemoryLimitError and BrokenStatementError.
    """
    bound = question.bind(**parameters)
    with located(question), within_memory(), graph.session(driver.READ_ACCESS) as session:
        try:
            answer = session.run(graph.marked(question.text, seconds), bound)
            return exact(question, [dict(row) for row in answer])
        except driver.Neo4jError as error:
            if not _stopped(error):
                raise
            raise _too_long(seconds) from error


def look(text: str) -> None:
    """Refuse a text that reaches beyond the graph; strings, comments and names in backticks are left out.

    The server reads ``L\\u004FAD CSV`` as LOAD CSV, so escapes of that kind are refused altogether.
    """
    if "\\u" in text:
        raise _refused(
            text.index("\\u"),
            "a statement here has no \\u escapes",
            "Write the sign itself, or give it with -p name=value.",
        )
    for match in _REACHING.finditer(_LITERAL.sub(_bare, text)):
        if match["load"]:
            raise _refused(
                match.start("load"),
                "LOAD CSV reads files and addresses, not the graph",
                "Import tables: upline import.",
            )
        if match["show"]:
            raise _refused(
                match.start("show"),
                f"{match['show'].upper()} looks at the server, not at the graph",
                "What is in the graph say db.labels(), db.relationshipTypes() and db.propertyKeys().",
            )
        _hold_procedure(re.sub(r"\s", "", match["procedure"]), match.start())


def _refused(offset: int, what: str, todo: str) -> StatementRefusedError:
    error = StatementRefusedError(what, todo=todo)
    error.offset = offset
    return error


def _bare(match: re.Match[str]) -> str:
    """What replaces a string, comment or name in backticks while keywords are looked for: text as long."""
    name = match["name"]
    if name is None:
        return " " * len(match[0])
    plain = re.fullmatch(r"\w+(\.\w+)*", name, re.ASCII) and name.upper() not in _KEYWORDS
    return f" {name if plain else '_' * len(name)} "


def value(text: str) -> object:
    """A parameter from the command line: JSON where it is JSON, else the text itself."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return text
    for number in _integers(parsed):
        if not -(2**63) <= number < 2**63:
            raise StatementParameterError(f"{number} does not fit into 64 bits")
    return parsed


def parameters(pairs: Iterable[str]) -> dict[str, object]:
    """``name=value`` pairs as parameters; raises StatementParameterError."""
    values: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.isidentifier():
            raise StatementParameterError(f"{pair!r} is not of the form name=value")
        if name in values:
            raise StatementParameterError(f"the parameter {name} is given twice")
        values[name] = value(text)
    return values


def _hold_plan(
    graph: Graph, session: driver.Session, text: str, parameters: dict[str, object], limits: Limits
) -> None:
    try:
        summary = _run(graph, session, _PREFIX + text, parameters, limits).consume()
    except driver.Neo4jError as error:
        _refuse(error, text, limits)
    for operator, details in operators(summary.plan):
        if operator == "ProcedureCall":
            _hold_procedure(details.partition("(")[0].strip())
        elif not _READERS.fullmatch(operator):
            raise StatementRefusedError(f"a statement here only reads the graph; this one needs {operator}")
    if summary.query_type != "r":
        raise StatementRefusedError(
            "a statement here only reads the graph; this one writes or administers",
            todo="Data comes in through upline import.",
        )


def operators(plan: Any) -> Iterator[tuple[str, str]]:
    """The name and the details of each operator of the server's plan, from the result down."""
    if plan is not None:
        name = re.split(r"[@(]", plan["operatorType"])[0]
        yield name, str(plan.get("args", {}).get("Details", ""))
        for child in plan.get("children", ()):
            yield from operators(child)


def _hold_procedure(name: str, offset: int = 0) -> None:
    if name not in PROCEDURES:
        raise _refused(
            offset,
            f"the procedure {name} is not among those that may be called",
            f"Those are {', '.join(sorted(PROCEDURES))}. A name spelt CALL goes into backticks.",
        )


def _run(
    graph: Graph, session: driver.Session, text: str, parameters: dict[str, object], limits: Limits
) -> driver.Result:
    # The time is set here and never by the statement: a server-side setting is only a default.
    return session.run(graph.marked(text, limits.seconds), parameters)


def _taken(result: driver.Result, answer: Answer, text: str, limits: Limits) -> Iterator[tuple[Any, ...]]:
    try:
        for number, record in enumerate(result):
            if number == limits.most_rows:
                answer.cut = True
                return
            yield tuple(record.values())
    except driver.Neo4jError as error:
        _refuse(error, text, limits)


def _refuse(error: driver.Neo4jError, text: str, limits: Limits) -> NoReturn:
    """Raise the refusal that says in our terms what the server's error means."""
    code, message = error.code or "", (error.message or str(error)).splitlines()[0].strip()
    if _stopped(error):
        raise _too_long(limits.seconds) from error
    if code.endswith("AccessMode"):
        raise StatementRefusedError("a statement here only reads the graph; this one writes") from error
    if code.endswith("ParameterMissing"):
        raise StatementParameterError(message, todo="Give it with -p name=value.") from error
    if "MemoryPoolOutOfMemory" in code or "OutOfMemory" in code:
        raise StatementFailedError(
            "the statement needs more memory than one may have", todo="Gather less at once."
        ) from error
    if ".Statement.SyntaxError" in code or ".Statement.SemanticError" in code:
        raise _pointed(message, text) from error
    raise StatementFailedError(message) from error


def _stopped(error: driver.Neo4jError) -> bool:
    """Whether the server has stopped a statement because its time was over."""
    code = error.code or ""
    return "TransactionTimedOut" in code or "LockClientStopped" in code


def _too_long(seconds: float) -> TimeLimitError:
    return TimeLimitError(
        f"the statement was stopped after {seconds:g} seconds",
        todo=f"Narrow it, or allow up to {MOST_SECONDS:g} seconds with --timeout.",
    )


def _pointed(message: str, text: str) -> StatementTextError:
    """A syntax error with its place in the text, and a caret below the line."""
    place = _PLACE.search(message)
    what = _PLACE.sub("", message).strip()
    if place is None:
        return StatementTextError(what)
    offset = min(max(int(place[1]) - len(_PREFIX), 0), len(text))
    number = text.count("\n", 0, offset) + 1
    start = text.rfind("\n", 0, offset) + 1
    line = text[start:].partition("\n")[0]
    lead = re.sub(r"[^\t]", " ", line[: offset - start])
    return StatementTextError(what, f"line {number}, column {offset - start + 1}", f"{line}\n  {lead}^")


def _integers(value: object) -> Iterator[int]:
    if isinstance(value, int):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _integers(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _integers(item)
