"""Serving: the GraphQL API on this machine, and its schema as text."""

import socket
import sys
from contextlib import closing, suppress
from ipaddress import ip_address
from typing import Annotated

import typer

from engine.commands.console import database, out
from engine.errors import UplineError

MOST_CONNECTIONS = 200
"""Connections at once; beyond them clients are told to come back (503) before memory runs out."""


class OpenHostError(UplineError):
    """The address is reachable by others, and the API does not yet ask who is there."""


class PortTakenError(UplineError):
    """Another program listens on the port."""


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="The port to listen on.", min=0, max=65535)] = 8080,
    insecure_open: Annotated[
        bool,
        typer.Option(
            "--insecure-open", help="Let everyone who reaches the address read everything: no log-in yet."
        ),
    ] = False,
) -> None:
    """Serve the GraphQL API and its GraphiQL page until Ctrl-C.

    Example: upline serve --port 8080
    """
    local = _is_loopback(host)
    if not local and not insecure_open:
        raise OpenHostError(
            f"{host} can be reached from other machines, and the API asks nobody for a password yet",
            todo="Leave out --host, put a proxy that does in front, or say --insecure-open.",
        )
    # Imported here, for they take a second that no other command should wait.
    import uvicorn

    from engine.api.http.app import LOOPBACK, build

    with closing(_listen(host, port)) as listening, database() as graph:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        out.print(f"GraphiQL  {address}/graphiql/", markup=False)
        out.print(f"GraphQL   {address}/graphql", markup=False)
        out.print("Ctrl-C stops.", markup=False)
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

    sys.stdout.write(printed())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything slow begins; raises PortTakenError."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortTakenError(f"cannot listen there: {error.strerror}", f"{host}:{port}") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise PortTakenError(
            f"cannot listen there: {error.strerror}", f"{host}:{port}", "Choose another with --port."
        ) from error
    return listening
