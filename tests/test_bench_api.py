"""The row of the benchmark on GraphQL: its load, its comparison of answers, and its table."""

import asyncio
import contextlib
import json
import queue
import threading
import types
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import parse, validate

from bench import api, load, report
from engine.api.schema import schema


def test_the_report_compares_a_screen_by_graphql_where_the_other_server_was_there() -> None:
    ours, theirs = {"per_second": 300.4, "p95": 41.0}, {"per_second": 100.0, "p95": 90.6}
    screen = {
        "clients": 16,
        "rows": [{"children": 20, "ours": ours, "theirs": theirs}, {"children": 50, "ours": ours}],
        "lines": {"lines": 16_600, "first": 180.2, "p50": 90.1, "p95": 120.4},
    }
    text = report.api_table([{"shape": "bushy", "members": 20_000, "api": screen}])
    assert "| bushy 20,000 | 20 | 300/s, 41 ms | 100/s, 91 ms | 3.0 |" in text
    assert "| bushy 20,000 | 50 | 300/s, 41 ms | - | - |" in text
    assert "| bushy 20,000 | 16,600 | 180 ms | 90 / 120 |" in text
    assert report.api_table([{"shape": "bushy", "members": 10_000}]) == ""


def test_a_load_counts_answers_and_refuses_others() -> None:
    """Against a server that answers in both of HTTP's ways, and then not at all well."""
    served: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
                served.append(await reader.readexactly(length))
                answer = b'{"data": {"number": 7}}'
                if b"POST /chunks" in head:
                    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(answer), answer)
                    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + chunks)
                else:
                    status = b"503 Busy" if b"POST /busy" in head else b"200 OK"
                    writer.write(
                        b"HTTP/1.1 %s\r\ncontent-length: %d\r\n\r\n%s" % (status, len(answer), answer)
                    )

        writer.close()

    with answering(serve) as port:
        request = load.body("{ number }", first=1)
        answers = [load.answer(port, path, request) for path in ("/plain", "/chunks")]
        assert answers == [{"number": 7}] * 2
        assert json.loads(served[-1]) == {"query": "{ number }", "variables": {"first": 1}}
        facts = load.measured(load.Load(port, "/chunks", [request], 3, 0.3))
        assert facts["requests"] > 3
        assert 0 < facts["p50"] <= facts["p95"]
        with pytest.raises(load.AnswerError):
            load.answer(port, "/busy", request)


@contextlib.contextmanager
def answering(serve: Any) -> Iterator[int]:
    """The port of a server in another thread."""
    ports: queue.Queue[int] = queue.Queue()
    stopping: list[Callable[[], object]] = []

    async def run() -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
        async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
            ports.put(server.sockets[0].getsockname()[1])
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(run()))
    thread.start()
    try:
        yield ports.get(timeout=10)
    finally:
        stopping[0]()
        thread.join()


def test_answers_of_both_servers_are_compared_as_plain_figures() -> None:
    volumes = {
        "personalVolume": "1.50",
        "commissionableVolume": "0.00",
        "customerVolume": "0.00",
        "groupVolume": "9.00",
    }
    node = {
        "memberId": "2",
        "status": "ACTIVE",
        "active": True,
        "depth": 1,
        "orderCount": 3,
        "rank": "Silver",
        **volumes,
    }
    theirs = {
        "member_id": "2", "status": "active", "active": True, "depth": 1, "orders": 3, "rank": 1,
        "personal_volume": "150", "commissionable_volume": "0", "customer_volume": "0", "group_volume": "900",
    }  # fmt: skip
    done: Any = types.SimpleNamespace(facts={"ranks": ["none", "Silver"]})
    expected = api._figures({**node, "children": {"nodes": [node]}}, done)
    assert expected == api._their_figures({**theirs, "children": [theirs]})
    assert expected != api._their_figures({**theirs, "children": [{**theirs, "group_volume": "901"}]})


def test_without_node_the_other_server_is_left_out_with_a_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _name: None)
    with pytest.raises(api.NoNodeError, match="Node and npm are not here"):
        api.installed()


@pytest.mark.parametrize("query", [api.OURS % (api.FIELDS, api.FIELDS), api.LINES])
def test_the_api_has_what_is_measured(query: str) -> None:
    assert validate(schema.graphql_schema, parse(query)) == []
