"""`upline serve` and `upline schema`: the GraphQL API on this machine, and its schema as text."""

import socket
from contextlib import closing
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated

import typer

from engine import ranges
from engine.commands.console import database, out, plain_out
from engine.commands.figures import number
from engine.errors import UplineError

if TYPE_CHECKING:
    from engine.api.cursors import Seals


class OpenHostError(UplineError):
    """The address can be reached from other machines, and the API has no log-in yet."""


class PortTakenError(UplineError):
    """The port cannot be listened on, usually because another program uses it."""


def serve(
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, number(ranges.PORT, "--port", help="The port to listen on.")] = 8080,
    health_host: Annotated[
        str, typer.Option("--health-host", help="The address of /live and /ready.")
    ] = "127.0.0.1",
    health_port: Annotated[
        int | None,
        number(ranges.PORT, "--health-port", help="The port of /live and /ready; by default the next one."),
    ] = None,
    workers: Annotated[
        int, number(ranges.WORKERS, "--workers", help="How many processes answer; one uses one core.")
    ] = 1,
    drain: Annotated[
        int,
        number(
            ranges.DRAIN,
            "--drain",
            help="Seconds for which a server that stops is not ready, but still takes requests.",
        ),
    ] = 0,
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
    from engine.api.cost.budgets import spending_of
    from engine.api.http.headers import LOOPBACK
    from engine.api.http.health import Health, HealthServer, health_app
    from engine.api.http.probe import Probe
    from engine.api.http.server import health_configuration
    from engine.api.http.serving import Serving, serve_alone
    from engine.api.http.workers import Workers
    from engine.settings import Settings

    serving = Serving(_names(host, LOOPBACK), spending_of(Settings()), seals=_seals(), drain_s=drain)
    health = Health()
    with (
        closing(_listen(host, port, "")) as listening,
        closing(_listen(health_host, _health_port(health_port, port), "health-")) as probed,
        HealthServer(health_configuration(health_app(health, _names(health_host, LOOPBACK))), probed),
        database() as graph,
        Probe(graph) as health.probe,
    ):
        address = _address(host, listening)
        out.print(f"GraphiQL  {address}/graphiql/", markup=False)
        out.print(f"GraphQL   {address}/graphql", markup=False)
        out.print(f"Health    {_address(health_host, probed)}/ready", markup=False)
        if workers > 1:
            out.print(f"Workers   {workers} processes", markup=False)
        out.print("Ctrl-C stops the server once it has answered what it is asked now.", markup=False)
        if workers > 1:
            Workers(workers, serving, listening, health).run()
        else:
            serve_alone(serving, graph, health, listening)


def schema() -> None:
    """Print the GraphQL schema, with the description of every type, field and argument.

    Example: upline schema > schema.graphql
    """
    from engine.api.schema import printed

    plain_out.write(printed())


def _seals() -> "Seals":
    """What seals cursors: all processes that serve this home share it."""
    from engine.api.cursors import of_home
    from engine.settings import Settings

    settings = Settings()
    return of_home(settings.home, [each.reveal() for each in settings.cursor_secrets])


def _names(host: str, loopback: frozenset[str]) -> frozenset[str] | None:
    """The names in Host headers that a server at an address accepts; None: all."""
    return loopback if _is_loopback(host) else None


def _address(host: str, listening: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}"


def _health_port(option: int | None, port: int) -> int:
    """The port of the health answers: the one of the option, or the one after the API's; 0: any."""
    if option is not None:
        return option
    return port + 1 if 0 < port < ranges.PORT.most else 0


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _listen(host: str, port: int, kind: str) -> socket.socket:
    """A listening socket, opened before anything slow begins; raises PortTakenError.

    `kind` is what the names of its options begin with: ``health-`` or nothing.
    """
    try:
        family, protocol_kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[
            0
        ]
        listening = socket.socket(family, protocol_kind, protocol)
    except OSError as error:
        raise PortTakenError(
            f"cannot listen here: {error.strerror}",
            f"{host}:{port}",
            f"Choose another address with --{kind}host.",
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen()
    except OSError as error:
        listening.close()
        raise PortTakenError(
            f"cannot listen here: {error.strerror}",
            f"{host}:{port}",
            f"Choose another port with --{kind}port.",
        ) from error
    return listening
