"""`upline serve` and `upline schema`: the GraphQL API on this machine, and its schema as text."""

import socket
import sys
from contextlib import closing, suppress
from ipaddress import ip_address
from typing import Annotated

import typer

from engine import ranges
from engine.commands.console import database, out, plain_out
from engine.commands.figures import number
from engine.errors import UplineError

MOST_CONNECTIONS = 200
"""Connections at once; further clients get status 503 before memory runs out."""


class OpenHostError(UplineError):
    """The address can be reached from other machines, and the API has no log-in yet."""


class PortTakenError(UplineError):
    """The port cannot be listened on, usually because another program uses it."""


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, number(ranges.PORT, "--port", help="The port to listen on.")] = 8080,
    insecure_open: Annotated[
        bool,
        typer.Option(
            "--insecure-open",
            help="Allow other machines, without a log-in: everyone can read everything.",
        ),
    ] = False,
) -> None:
    """Serve the GraphQL API and its GraphiQL page until Ctrl-C.

    Example: upline serve --port 8080
    """
    local = _is_loopback(host)
    if not local and not insecure_open:
        raise OpenHostError(
            f"{host} can be reached from other machines, and the API has no log-in yet",
            todo="Leave out --host, put a proxy with a log-in in front of the API, or add --insecure-open.",
        )
    # Imported here because they take a second, which no other command should wait for.
    import uvicorn

    from engine.api.http.app import LOOPBACK, build

    with closing(_listen(host, port)) as listening, database() as graph:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        out.print(f"GraphiQL  {address}/graphiql/", markup=False)
        out.print(f"GraphQL   {address}/graphql", markup=False)
        out.print("Ctrl-C stops the server.", markup=False)
        config = uvicorn.Config(
            build(graph, LOOPBACK if local else None),
            loop="asyncio" if sys.platform == "win32" else "uvloop",
            http="httptools",
            ws="none",
            lifespan="off",
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
            timeout_graceful_shutdown=5,
        )
        with suppress(KeyboardInterrupt):  # the usual end
            uvicorn.Server(config).run(sockets=[listening])


def schema() -> None:
    """Print the GraphQL schema, with the description of every type, field and argument.

    Example: upline schema > schema.graphql
    """
    from engine.api.schema import printed

    plain_out.write(printed())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, opened before anything slow begins; raises PortTakenError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTakenError(
            f"cannot listen here: {error.strerror}", f"{host}:{port}", "Choose another address with --host."
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise PortTakenError(
            f"cannot listen here: {error.strerror}", f"{host}:{port}", "Choose another port with --port."
        ) from error
    return listening
