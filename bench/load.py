"""A load of GraphQL requests: some clients, each sends its next request as soon as its last is answered.

It speaks just enough HTTP to cost little of the cores that it shares with what is measured: connections are
kept, requests are bytes made before, and of an answer only its status and length are read.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.measure import Facts

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"


class AnswerError(Exception):
    """A server answered with something else than what was expected."""


@dataclass(frozen=True, slots=True)
class Load:
    """Requests for one path of a server on this machine, sent in turn for some seconds by some clients."""

    port: int
    path: str
    bodies: Sequence[bytes]
    clients: int
    seconds: float


def body(query: str, **variables: Any) -> bytes:
    """A GraphQL request as the bytes of its body."""
    return json.dumps({"query": query, "variables": variables}, separators=(",", ":")).encode()


def answer(port: int, path: str, request: bytes) -> Any:
    """The data of one answer; raises AnswerError."""
    content = json.loads(asyncio.run(_answer(port, path, request)))
    if "data" not in content:
        raise AnswerError(str(content))
    return content["data"]


def measured(load: Load) -> Facts:
    """Requests a second, and p50 and p95 in milliseconds; the first tenth of the time is left out."""
    run = asyncio.run
    if sys.platform != "win32":
        import uvloop

        run = uvloop.run
    latencies: list[float] = run(_all(load))
    latencies.sort()
    return {
        "per_second": round(len(latencies) / (0.9 * load.seconds), 1),
        "p50": round(latencies[len(latencies) // 2], 2),
        "p95": round(latencies[min(len(latencies) - 1, len(latencies) * 95 // 100)], 2),
        "clients": load.clients,
        "requests": len(latencies),
    }


async def _all(load: Load) -> list[float]:
    requests = [_request(load.path, each) for each in load.bodies]
    latencies: list[float] = []
    began = time.perf_counter()
    clients = (
        _client(load.port, requests, place, began + 0.1 * load.seconds, began + load.seconds, latencies)
        for place in range(load.clients)
    )
    await asyncio.gather(*clients)
    return latencies


async def _client(
    port: int, requests: list[bytes], place: int, counted: float, end: float, latencies: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            place += 1
            sent = time.perf_counter()
            writer.write(requests[place % len(requests)])
            await _read(reader)
            answered = time.perf_counter()
            if answered >= end:
                return
            if sent >= counted:
                latencies.append(1000 * (answered - sent))
    finally:
        writer.close()


async def _answer(port: int, path: str, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(_request(path, request))
        return await _read(reader)
    finally:
        writer.close()


async def _read(reader: asyncio.StreamReader) -> bytes:
    """The body of an answer."""
    head = (await reader.readuntil(HEAD_END)).lower()
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise AnswerError(head.decode(errors="replace"))
    place = head.find(LENGTH)
    if place >= 0:
        end = head.index(b"\r\n", place)
        return await reader.readexactly(int(head[place + len(LENGTH) : end]))
    chunks = []  # a body in chunks, as Node writes it where it does not know the length
    while size := int(await reader.readuntil(b"\r\n"), 16):
        chunks.append((await reader.readexactly(size + 2))[:-2])
    await reader.readuntil(b"\r\n")
    return b"".join(chunks)


def _request(path: str, content: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
        f"accept: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
