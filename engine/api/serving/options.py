"""What `upline serve` is given as text: origins, networks, names and paths, checked and in one form."""

import re
from ipaddress import ip_network
from urllib.parse import urlsplit

from engine.api.http.headers import LOOPBACK
from engine.api.serving.connections import Networks
from engine.errors import UplineError, excerpt

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")


class OriginError(UplineError):
    """An origin of web pages is not written as browsers do."""


class ProxyAddressError(UplineError):
    """The address of a proxy is none, and no network."""


class HostNameError(UplineError):
    """A name in Host headers is not a name."""


class RootPathError(UplineError):
    """The path below which a proxy shows the API is no path."""


def origins_of(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Origins such as ``https://team.example``, as browsers write them; raises OriginError."""
    return tuple(dict.fromkeys(map(_origin, texts)))


def _origin(text: str) -> str:
    where = f"--cors-origin {excerpt(text)}"
    if text == "*":
        raise OriginError(
            "every origin may not call the API: a page of anybody could then use the log-in of its reader",
            where,
            "Name each origin.",
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    rest = parts.path.rstrip("/") + parts.query + parts.fragment
    if parts.scheme not in ("http", "https") or not parts.hostname or rest or "@" in parts.netloc:
        raise OriginError(
            "this is no origin of web pages", where, "Write the scheme and the host: https://team.example"
        )
    usual = {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, usual) else "")


def networks_of(texts: tuple[str, ...]) -> Networks:
    """Networks of proxies, such as ``10.0.0.5`` or ``10.0.0.0/8``; raises ProxyAddressError."""
    networks = []
    for text in texts:
        try:
            networks.append(ip_network(text, strict=False))
        except ValueError as error:
            raise ProxyAddressError(
                "this is neither an address nor a network",
                f"--proxy {excerpt(text)}",
                "Write the proxy's IP address, or its network such as 10.0.0.0/8.",
            ) from error
    return tuple(networks)


def hosts_of(texts: tuple[str, ...], loopback: bool) -> frozenset[str] | None:
    """The names in Host headers that are answered: those of this machine and `texts`.

    None, which means all, for a server that others can reach and that has no name. Raises HostNameError.
    """
    names = set()
    for text in texts:
        name = text.lower().rstrip(".")
        if not _HOST.fullmatch(name):
            raise HostNameError(
                "this is no name of a host",
                f"--public-host {excerpt(text)}",
                "Write the name alone, without scheme and port: api.example.org",
            )
        names.add(name)
    return LOOPBACK | names if loopback or names else None


def root_path_of(text: str) -> str:
    """A path such as ``/upline``; empty for none. Raises RootPathError."""
    path = text.rstrip("/")
    if not _PATH.fullmatch(path):
        raise RootPathError(
            "this is no path",
            f"--root-path {excerpt(text)}",
            "Write it with a slash in front: /upline",
        )
    return path
