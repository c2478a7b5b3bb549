"""Logs as lines that programs or people read: one for each request, and what the libraries have to say.

No line has a token, a variable, an address, a name or an id of a member: a request is told by its id, its
operation, its status, its time and its price.
"""

import atexit
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.typing import Processor

from engine.api.http.sink import LogStream
from engine.api.request import RequestInfo, under_way

Format = Literal["json", "console"]
FORMATS: tuple[Format, ...] = ("json", "console")
QUIET = {"uvicorn.error": logging.ERROR, "asyncio": logging.ERROR, "neo4j": logging.ERROR}
"""Libraries whose warnings are about clients, or are said by ourselves."""
SERVER_ERROR = 500
END_S = 1.0
"""Seconds at the end for lines that are not written yet."""
_sinks: list[LogStream] = []
"""The sink of this process, if there is one."""


def configure(form: Format | None = None, stream: TextIO | None = None) -> None:
    """Let every log of this process be lines of one form: by default JSON, except on a terminal.

    They go to `stream`, or by a thread to stderr, so that a reader who takes none holds nothing up.
    """
    if stream is None:
        stream = cast(TextIO, _sink(form))
    console = (form or ("console" if stream.isatty() else "json")) == "console"
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        _with_request,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last = [_renderer(console, stream.isatty())]
    if not console:
        last.insert(0, structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name, level in QUIET.items():
        logging.getLogger(name).setLevel(level)


def _sink(form: Format | None) -> LogStream:
    """The lines' way to stderr, which ends with the process."""
    terminal = sys.stderr.isatty()
    render = _renderer((form or ("console" if terminal else "json")) == "console", terminal)

    def dropped(count: int) -> str:
        now = datetime.now(UTC).isoformat()
        facts = {"count": count, "event": "log lines dropped", "level": "warning", "timestamp": now}
        return f"{cast(str, render(None, 'warning', facts))}\n"

    sink = LogStream(sys.stderr, dropped)
    if not _sinks:
        atexit.register(finish)
    _sinks[:] = [sink]
    return sink


def finish(seconds: float = END_S) -> None:
    """Wait for the lines that are not written yet, but for some seconds at most."""
    for sink in _sinks:
        sink.finish(seconds)


def _renderer(console: bool, colors: bool) -> Processor:
    if console:
        return structlog.dev.ConsoleRenderer(colors=colors, sort_keys=False, pad_event_to=0)
    return structlog.processors.JSONRenderer(ensure_ascii=True)


def say(event: str, **facts: Any) -> None:
    """A line about the server itself."""
    structlog.get_logger().info(event, **facts)


def request_line(info: RequestInfo, method: str, route: str, status: int, seconds: float) -> None:
    """The line of a request that has ended."""
    facts = {
        "method": method,
        "route": route,
        "operation": info.operation,
        "status": status,
        "ms": round(1000 * seconds, 1),
        "cost": info.cost,
        "role": info.role,
        "statements": info.statements,
        "codes": info.codes or None,
    }
    log = structlog.get_logger()
    line = log.warning if status >= SERVER_ERROR else log.info
    line("request", **{name: fact for name, fact in facts.items() if fact is not None})


def _with_request(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    info = under_way()
    if info is not None:
        event.setdefault("request_id", info.id)
    return event
