"""The options of `upline serve`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from engine import ranges
from engine.commands.figures import number

Host = Annotated[str, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int, number(ranges.PORT, "--port", help="The port to listen on.")]
HealthHost = Annotated[
    str | None,
    typer.Option(
        "--health-host",
        help="The address to listen on for /live, /ready and /metrics. By default 127.0.0.1, or "
        "UPLINE_HEALTH_HOST.",
    ),
]
HealthPort = Annotated[
    int | None,
    number(
        ranges.PORT,
        "--health-port",
        help="The port for them. By default the one after --port, or UPLINE_HEALTH_PORT.",
    ),
]
ProcessCount = Annotated[
    int | None,
    number(
        ranges.WORKERS,
        "--workers",
        help="How many processes answer; each uses one core. By default 1, or UPLINE_WORKERS.",
    ),
]
Drain = Annotated[
    int | None,
    number(
        ranges.DRAIN,
        "--drain",
        help="Seconds for which a server that stops is not ready, but still takes requests. By default 0, or "
        "UPLINE_DRAIN.",
    ),
]
CorsOrigins = Annotated[
    list[str] | None,
    typer.Option(
        "--cors-origin",
        help="Web pages of this origin may call the API, such as https://team.example; may be repeated. "
        "By default none, or UPLINE_CORS_ORIGINS.",
    ),
]
Proxies = Annotated[
    list[str] | None,
    typer.Option(
        "--proxy",
        help="The address or network of a proxy whose X-Forwarded-For and -Proto are believed; may be "
        "repeated. By default none, or UPLINE_PROXIES.",
    ),
]
RootPath = Annotated[
    str | None,
    typer.Option(
        "--root-path",
        help="The path below which a proxy shows the API and which it takes off, such as /upline. By default "
        "none, or UPLINE_ROOT_PATH.",
    ),
]
PublicHosts = Annotated[
    list[str] | None,
    typer.Option(
        "--public-host",
        help="A name that the API answers to, besides those of this machine, such as api.example.org; may be "
        "repeated. By default none, or UPLINE_PUBLIC_HOSTS.",
    ),
]
LogFormat = Annotated[
    Literal["json", "console"] | None,
    typer.Option(
        "--log-format",
        help="How log lines look on stderr: by default for people on a terminal, otherwise JSON.",
    ),
]
TracesOn = Annotated[
    bool,
    typer.Option(
        "--traces", help="Send traces by OpenTelemetry (the extra otel), as its variables OTEL_... say."
    ),
]
DocumentsFile = Annotated[
    Path | None,
    typer.Option("--documents", help="Run the documents of this file (JSON) and no others.", dir_okay=False),
]
InsecureOpen = Annotated[
    bool,
    typer.Option(
        "--insecure-open",
        help="Allow other machines in the development mode: everyone can read everything.",
    ),
]
AccessFile = Annotated[
    Path | None,
    typer.Option(
        "--access",
        help="The company's access file: what members see, and how tokens are signed. By default none, or "
        "UPLINE_ACCESS.",
        exists=True,
        dir_okay=False,
    ),
]
