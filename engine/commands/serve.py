"""`upline serve` and `upline schema`: the GraphQL API on this machine, and its schema as text."""

import socket
from contextlib import closing
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from engine import ranges
from engine.commands.console import database, note, out, plain_out
from engine.commands.serve_options import (
    AccessFile,
    CorsOrigins,
    DocumentsFile,
    Drain,
    HealthHost,
    HealthPort,
    Host,
    InsecureOpen,
    LogFormat,
    Port,
    ProcessCount,
    Proxies,
    PublicHosts,
    RootPath,
    TracesOn,
)
from engine.errors import UplineError

if TYPE_CHECKING:
    from engine.api.cursors import Seals
    from engine.api.identity.configuration import Access
    from engine.api.serving.process import Serving
    from engine.settings import Settings


DEVELOPMENT = (
    "DEVELOPMENT MODE: nothing says who may read what, so everybody who reaches this server is admin. "
    "`upline token` makes tokens to try roles with; docs/api/access.md says how to configure it."
)


class OpenHostError(UplineError):
    """The address can be reached from other machines, and nothing says who may read what."""


class PortTakenError(UplineError):
    """The port cannot be listened on, usually because another program uses it."""


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8080,
    health_host: HealthHost = None,
    health_port: HealthPort = None,
    workers: ProcessCount = None,
    drain: Drain = None,
    cors_origin: CorsOrigins = None,
    proxy: Proxies = None,
    root_path: RootPath = None,
    public_host: PublicHosts = None,
    log_format: LogFormat = None,
    traces: TracesOn = False,
    access: AccessFile = None,
    documents: DocumentsFile = None,
    insecure_open: InsecureOpen = False,
) -> None:
    """Serve the GraphQL API and its GraphiQL page until Ctrl-C.

    Example: upline serve --port 8080 --workers 2
    """
    from engine.settings import Settings

    local, settings = _is_loopback(host), Settings()
    configured = _access(settings, access, local=local or insecure_open)
    # Imported here because they take a second, which no other command should wait for.
    from engine.api.cost.budgets import spending_of
    from engine.api.serving.options import hosts_of, networks_of, origins_of, root_path_of
    from engine.api.serving.process import Serving

    serving = Serving(
        hosts=hosts_of(tuple(public_host or settings.public_hosts), local),
        spending=spending_of(settings),
        documents=_documents(documents),
        seals=_seals(settings),
        origins=origins_of(tuple(cors_origin or settings.cors_origins)),
        proxies=networks_of(tuple(proxy or settings.proxies)),
        root_path=root_path_of(settings.root_path if root_path is None else root_path),
        drain_s=settings.drain if drain is None else drain,
        access=configured,
        changes=local or (configured is not None and configured.identity is not None),
        home=settings.home,
        log_format=log_format or settings.log_format,
        traces=traces or settings.traces,
    )
    number = settings.workers if workers is None else workers
    probed_host = health_host or settings.health_host or "127.0.0.1"
    probed_port = settings.health_port if health_port is None else health_port
    with (
        closing(_listen(host, port, "")) as listening,
        closing(_listen(probed_host, _health_port(probed_port, port), "health-")) as probed,
    ):
        shown = _address(host, listening), _address(probed_host, probed)
        _serve(serving, listening, probed, number, shown, _is_loopback(probed_host))


def _serve(
    serving: "Serving",
    listening: socket.socket,
    probed: socket.socket,
    workers: int,
    shown: tuple[str, str],
    local_health: bool,
) -> None:
    """Serve on two sockets, whose addresses are shown, until a signal."""
    from engine.api.http.headers import LOOPBACK
    from engine.api.http.logs import configure
    from engine.api.serving.health import Health, HealthServer, health_app
    from engine.api.serving.midnight import Midnight
    from engine.api.serving.planning import Planning
    from engine.api.serving.probe import Probe
    from engine.api.serving.process import Process
    from engine.api.serving.server import health_configuration
    from engine.api.serving.workers import Workers

    configure(serving.log_format)
    health = Health()
    names = LOOPBACK if local_health else None
    with (
        Process(serving, health) if workers == 1 else Workers(workers, serving, health) as served,
        HealthServer(health_configuration(health_app(health, names, served.metrics)), probed),
        database() as graph,
        Midnight(graph),
        Planning(graph) as health.planning,
        Probe(graph, health.planning.changed) as health.probe,
    ):
        address, health_address = shown
        if serving.documents is None:
            out.print(f"GraphiQL  {address}/graphiql/", markup=False)
        out.print(f"GraphQL   {address}/graphql", markup=False)
        out.print(f"Health    {health_address}/ready", markup=False)
        out.print(f"Metrics   {health_address}/metrics", markup=False)
        if workers > 1:
            out.print(f"Workers   {workers} processes", markup=False)
        out.print("Ctrl-C stops the server.", markup=False)
        if serving.access is None or serving.access.identity is None:
            note(DEVELOPMENT)
        served.run(graph, listening)


def schema() -> None:
    """Print the GraphQL schema, with the description of every type, field and argument.

    Example: upline schema > schema.graphql
    """
    from engine.api.schema import printed

    plain_out.write(printed())


def _documents(path: Path | None) -> dict[str, str] | None:
    """The only documents that run, None for all; raises DocumentsFileError."""
    if path is None:
        return None
    from engine.api.answering.documents import read
    from engine.api.schema import schema

    return read(path, schema.graphql_schema)


def _seals(settings: "Settings") -> "Seals":
    """What seals cursors: all processes that serve this home share it."""
    from engine.api.cursors import of_home

    return of_home(settings.home, [each.reveal() for each in settings.cursor_secrets])


def _access(settings: "Settings", file: Path | None, *, local: bool) -> "Access":
    """The company's access; raises OpenHostError for one without an identity that is not `local`."""
    from engine.api.identity.configuration import read_access

    access = read_access(settings, file)
    if access.identity is None and not local:
        raise OpenHostError(
            "the address can be reached from other machines, and nothing says who may read what",
            todo="Set UPLINE_TOKEN_SECRET_FILE, or write [identity] into the file of --access "
            "(docs/api/access.md); --insecure-open lets everyone read everything.",
        )
    return access


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
