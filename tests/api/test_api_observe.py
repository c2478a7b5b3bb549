"""What is noted of requests: log lines, figures, traces; complete, bounded, and without what is personal."""

import io
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from prometheus_client.parser import text_string_to_metric_families

from engine.api.answering.documents import hash_of, operation_names
from engine.api.http import logs
from engine.api.http.app import build
from engine.api.http.metrics import CANCELLED, MOST_NAMES, OTHER, Metrics, Names, outcome
from engine.api.http.sink import LogStream
from engine.api.http.traces import Traces
from engine.api.request import RequestInfo, current
from engine.api.serving.exposition import text_of
from engine.api.serving.health import Health
from engine.graph.database import Graph
from tests.support.api import served
from tests.support.serving import Serve, eventually

NAMED = "query Members($id: ID!) { members { totalCount } member(memberId: $id) { name } }"
SECRET = "M-very-private-17"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What this process logs meanwhile, as JSON lines."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs.QUIET}
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    for name, kept in levels.items():
        logging.getLogger(name).setLevel(kept)
    structlog.reset_defaults()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def address(graph: Graph, log: io.StringIO, metrics: Metrics, spans: InMemorySpanExporter) -> Iterator[str]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    app = build(graph, metrics=metrics, traces=Traces(provider), logged=True)
    with served(app) as address:
        yield address


def post(address: str, query: str, headers: dict[str, str] | None = None, **variables: Any) -> httpx.Response:
    body = {"query": query, "variables": variables}
    return httpx.post(f"{address}/graphql", json=body, headers=headers or {}, timeout=30)


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def figures(metrics: Metrics) -> dict[tuple[str, ...], float]:
    """The samples of /metrics by name and values of labels."""
    text, _ = text_of(metrics.registry, Health())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_a_request_has_one_line(address: str, log: io.StringIO) -> None:
    response = post(address, NAMED, {"x-request-id": "trace-me-123"}, id=SECRET)
    assert response.status_code == 200
    eventually(lambda: bool(lines(log)))
    (line,) = lines(log)
    assert line["event"] == "request"
    assert line["request_id"] == "trace-me-123"
    assert (line["method"], line["route"], line["status"]) == ("POST", "/graphql", 200)
    assert (line["operation"], line["role"]) == ("Members", "admin")
    assert line["ms"] > 0
    assert line["cost"] > 0
    assert line["statements"] >= 1
    assert line["level"] == "info"


def test_no_line_has_what_is_personal(address: str, log: io.StringIO) -> None:
    """Variables, tokens, paths, texts of errors: whatever a client may write somebody's data into."""
    secret = {"authorization": f"Bearer {SECRET}", "cookie": SECRET, "user-agent": SECRET}
    post(address, NAMED, secret, id=SECRET)
    post(address, f'query Q {{ member(memberId: "{SECRET}") {{ name }} }}', secret)
    post(address, f"query Q {{ {SECRET.replace('-', '_')} }}", secret)
    httpx.get(f"{address}/graphql", params={"query": f'{{ member(memberId: "{SECRET}") {{ name }} }}'})
    httpx.get(f"{address}/{SECRET}", headers=secret)
    httpx.post(f"{address}/graphql", content=SECRET.encode(), headers=secret)
    eventually(lambda: len(lines(log)) >= 6)
    assert SECRET not in log.getvalue()
    assert SECRET.replace("-", "_") not in log.getvalue()
    assert "127.0.0.1" not in log.getvalue()


def test_errors_are_told_by_their_codes(address: str, log: io.StringIO, metrics: Metrics) -> None:
    post(address, "query Wrong { nothing }")
    eventually(lambda: bool(lines(log)))
    assert lines(log)[0]["codes"] == ["invalid_query"]
    assert "operation" not in lines(log)[0]
    assert figures(metrics)["upline_errors_total", "invalid_query"] == 1


def test_an_internal_error_names_its_request(
    address: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("the fault itself")

    monkeypatch.setattr("engine.api.timed.TimedGraph.read", broken)
    response = post(address, "{ members { totalCount } }", {"x-request-id": "trace-me-456"})
    (error,) = response.json()["errors"]
    assert error["extensions"] == {"code": "internal_error", "id": "trace-me-456"}
    eventually(lambda: len(lines(log)) == 2)
    fault, line = lines(log)
    assert "the fault itself" in fault["exception"]
    assert fault["request_id"] == line["request_id"] == "trace-me-456"


def test_figures_by_operation_and_statement(address: str, metrics: Metrics) -> None:
    for _ in range(3):
        post(address, "query Members { members { totalCount } }")
    post(address, "{ members { totalCount } }")
    eventually(lambda: ("upline_requests_total", "unnamed", "answered") in figures(metrics))
    shown = figures(metrics)
    assert shown["upline_requests_total", "Members", "answered"] == 3
    assert shown["upline_requests_total", "unnamed", "answered"] == 1
    assert shown["upline_request_seconds_count", "Members"] == 3
    assert shown["upline_request_cost_total", "Members"] > 0
    assert shown["upline_requests_running",] == 0
    assert any(name[0] == "upline_statement_seconds_count" and value for name, value in shown.items())


def test_names_of_operations_do_not_fill_the_memory(metrics: Metrics) -> None:
    for number in range(3 * MOST_NAMES):
        metrics.ended(RequestInfo("x" * 32, operation=f"Made{number}"), 200, 0.01)
    operations = {name[1] for name in figures(metrics) if name[0] == "upline_requests_total"}
    assert len(operations) == MOST_NAMES + 1
    assert figures(metrics)["upline_requests_total", OTHER, "answered"] == 2 * MOST_NAMES
    known = Metrics(["Made299"])
    for number in range(3 * MOST_NAMES):
        known.ended(RequestInfo("x" * 32, operation=f"Made{number}"), 200, 0.01)
    assert figures(known)["upline_requests_total", "Made299", "answered"] == 1


@pytest.mark.parametrize(
    ("status", "codes", "expected"),
    [(200, [], "answered"), (200, ["page_size"], "errors"), (400, [], "refused"), (429, ["x"], "refused"),
     (503, [], "failed"), (CANCELLED, [], "cancelled")],
)  # fmt: skip
def test_outcomes(status: int, codes: list[str], expected: str) -> None:
    assert outcome(status, codes) == expected


def by_name(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in spans.get_finished_spans()}


def test_a_trace_goes_on_and_has_the_statements(address: str, spans: InMemorySpanExporter) -> None:
    trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    post(address, NAMED, {"traceparent": f"00-{trace}-{parent}-01"}, id=SECRET)
    eventually(lambda: "graphql Members" in by_name(spans))
    request = by_name(spans)["graphql Members"]
    assert request.context is not None
    assert request.parent is not None
    assert (f"{request.context.trace_id:032x}", f"{request.parent.span_id:016x}") == (trace, parent)
    below = [
        span
        for span in spans.get_finished_spans()
        if span.parent and span.parent.span_id == request.context.span_id
    ]
    assert below
    assert all(span.attributes == {"db.system.name": "neo4j"} for span in below)
    assert not any(SECRET in str(span.to_json()) for span in spans.get_finished_spans())


def test_a_request_without_a_trace_begins_one(address: str, spans: InMemorySpanExporter) -> None:
    post(address, "{ __typename }", {"traceparent": "not-one"})
    eventually(lambda: "graphql" in by_name(spans))
    assert by_name(spans)["graphql"].parent is None
    assert by_name(spans)["graphql"].status.status_code == StatusCode.UNSET


@pytest.mark.parametrize("options", [("--traces",), ("--traces", "--workers", "2")])
def test_traces_without_their_libraries_are_refused(
    cli_env: dict[str, str], options: tuple[str, ...]
) -> None:
    code = (
        "import sys, typer; sys.modules['opentelemetry.sdk'] = None\n"
        "from engine.commands.serve import serve; from engine.errors import UplineError\n"
        "try: typer.run(serve)\n"
        "except UplineError as error: print(error)"
    )
    command = [sys.executable, "-c", code, "--port", "0", *options]
    done = subprocess.run(command, env=cli_env, capture_output=True, text=True, timeout=60, check=True)
    assert "[traces_missing] Install upline[otel]." in done.stdout


def test_without_the_option_nothing_of_traces_is_loaded() -> None:
    code = (
        "import sys; from engine.api.serving.process import Process, Serving; "
        "from engine.api.serving.health import Health; Process(Serving(), Health()); "
        "print(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_operations_of_the_listed_documents_have_figures_of_their_own() -> None:
    listed = [f"query Listed{number} {{ __typename }}" for number in range(MOST_NAMES + 20)]
    documents = {hash_of(text): text for text in (*listed, "{ __typename }", "query A { a: __typename }")}
    names = operation_names(documents)
    assert names == {*(f"Listed{number}" for number in range(MOST_NAMES + 20)), "A"}
    known = Names(MOST_NAMES, names)
    assert {known.label(f"Other{number}") for number in range(MOST_NAMES + 5)} >= {OTHER}
    assert known.label("Listed115") == "Listed115"


def test_a_log_that_nobody_reads_holds_nobody_up() -> None:
    """More than a pipe holds is logged, before and after somebody reads it; what found no room is counted."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as full, os.fdopen(reading) as reader:
        sink = LogStream(full, lambda count: f"dropped {count}\n", most=50)
        line = "x" * 4_000 + "\n"
        for _ in range(200):
            sink.write(line)
        dropped = sink.dropped
        assert 200 - 50 - 17 <= dropped < 200 - 16 + 2  # 64 KiB of the pipe, and the line under way
        read: list[str] = []
        while not read or read[-1] != f"dropped {dropped}\n":
            read.append(reader.readline())
        assert read[:-1] == [line] * (200 - dropped)
        sink.write("last\n")
        sink.finish(5)
        assert reader.readline() == "last\n"


def test_lines_reach_stderr_before_the_process_ends() -> None:
    code = (
        "from engine.api.http import logs; logs.configure('json'); [logs.say('x', n=n) for n in range(500)]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [json.loads(line)["n"] for line in done.stderr.splitlines()] == list(range(500))


def test_outside_of_a_request_nothing_is_kept() -> None:
    assert current() is not current()


def test_workers_add_their_figures_up_and_share_budgets(graph: Graph, cli_env: dict[str, str]) -> None:
    with Serve({**cli_env, "UPLINE_API_VIEWER_RESTORE": "1"}, "--workers", "2") as serve:
        eventually(lambda: httpx.get(f"{serve.health}/ready").json()["workers"]["serving"] == 2, 90)
        begun = time.monotonic()
        spent = 0
        for _ in range(30):
            response = serve.ask("query Counted { members { totalCount } }")
            cost = response.json()["extensions"]["cost"]
            spent += cost["actual"]
            assert cost["available"] <= cost["budget"] - spent + (time.monotonic() - begun) + 1
        text = httpx.get(f"{serve.health}/metrics").text
        samples = {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }
        assert samples["upline_requests_total", "Counted", "answered"] == 30
        assert samples["upline_workers",] == 2
        assert samples["upline_neo4j_up",] == 1
