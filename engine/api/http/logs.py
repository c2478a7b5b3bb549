"""Logs as lines that programs or people read: one for each request, and what the libraries have to say.

No line has a token, a variable, an address, a name or an id of a member: a request is told by its id, its
operation, its status, its time and its price.
"""

import logging
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import Processor

from engine.api.request import RequestInfo, under_way

Format = Literal["json", "console"]
FORMATS: tuple[Format, ...] = ("json", "console")
QUIET = {"uvicorn.error": logging.ERROR, "asyncio": logging.ERROR, "neo4j": logging.ERROR}
"""Libraries whose warnings are about clients, or are said by ourselves."""
SERVER_ERROR = 500


def configure(form: Format | None = None, stream: TextIO | None = None) -> None:
    """Let every log of this process be lines of one form on stderr: by default JSON, except on a terminal."""
    stream = stream or sys.stderr
    console = (form or ("console" if stream.isatty() else "json")) == "console"
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        _with_request,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Processor] = (
        [structlog.dev.ConsoleRenderer(colors=stream.isatty(), sort_keys=False, pad_event_to=0)]
        if console
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=True)]
    )
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
