"""Traces of requests and their statements, by OpenTelemetry: the extra `otel`, loaded only with `--traces`.

Where they go, and how many are kept, the usual variables say: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME,
OTEL_TRACES_SAMPLER and their like.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING, Any

from engine import __version__
from engine.api.request import RequestInfo
from engine.errors import UplineError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

EXPORTER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"
SERVER_ERROR = 500


class TracesMissingError(UplineError):
    """Traces are switched on, and the libraries for them are not installed."""


class Traces:
    """Spans of requests and statements, for one process."""

    def __init__(self, provider: TracerProvider | None = None) -> None:
        """Prepare the tracer; `provider` is that of the environment's variables by default.

        Raises TracesMissingError.
        """
        try:
            from opentelemetry import trace
            from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

            self._provider = provider or _exporting()
        except ImportError as error:
            raise TracesMissingError(
                "traces need libraries that are not installed", todo="Install upline[otel]."
            ) from error
        self._api = trace
        self._tracer = self._provider.get_tracer("upline", __version__)
        self._propagator = TraceContextTextMapPropagator()
        self._request: ContextVar[Any] = ContextVar("request span", default=None)

    @contextmanager
    def request(self, info: RequestInfo, headers: Mapping[str, str]) -> Iterator[Span]:
        """The span of a request; it continues the trace of a `traceparent` header."""
        parent = self._propagator.extract({name: headers[name] for name in _PROPAGATED if name in headers})
        span = self._tracer.start_span("request", parent, kind=self._api.SpanKind.SERVER)
        span.set_attribute("upline.request_id", info.id)
        token = self._request.set(self._api.set_span_in_context(span, parent))
        try:
            yield span
        finally:
            self._request.reset(token)
            span.end()

    def ended(self, span: Span, info: RequestInfo, status: int) -> None:
        """Note on a span what became of its request."""
        span.update_name(f"graphql {info.operation}" if info.operation else "graphql")
        span.set_attribute("http.response.status_code", status)
        for name, fact in (
            ("graphql.operation.name", info.operation),
            ("upline.role", info.role),
            ("upline.cost", info.cost),
            ("upline.codes", info.codes or None),
        ):
            if fact is not None:
                span.set_attribute(name, fact)
        if status >= SERVER_ERROR:
            span.set_status(self._api.StatusCode.ERROR)

    @contextmanager
    def statement(self, name: str) -> Iterator[None]:
        """The span of a statement, under that of its request."""
        span = self._tracer.start_span(name, self._request.get(), kind=self._api.SpanKind.CLIENT)
        span.set_attribute("db.system.name", "neo4j")
        try:
            yield
        except BaseException as error:
            span.set_status(self._api.StatusCode.ERROR, type(error).__name__)
            raise
        finally:
            span.end()

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


_PROPAGATED = ("traceparent", "tracestate")


def _exporting() -> TracerProvider:
    """A provider that sends spans where the environment says."""
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    exporter = import_module(EXPORTER).OTLPSpanExporter()  # not in every installation, as the others are not
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "upline"}
    provider = TracerProvider(resource=Resource.create({**named, "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider
