"""How a company's tokens are made: the table ``[identity]`` of the access file, and settings."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from engine import ranges
from engine.access.policy import Policy
from engine.access.policy_file import AccessTable, read_policy, table_of
from engine.errors import UplineError
from engine.settings import Secret, Settings
from engine.text import unreadable

LEAST_BYTES = 32
"""Bytes of a shared secret: what HS256 needs, so that it cannot be guessed from a token."""
SHARED = ("HS256", "HS384", "HS512")
SIGNED = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
LEEWAY_S = 30
"""Seconds by which two clocks may differ, unless the file says otherwise."""
REFRESH_S = 300
"""Seconds for which the keys of an address are used before they are fetched again, unless the file says
otherwise: a key that was withdrawn is accepted no longer than that."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class TokenSecretError(UplineError):
    """The shared secret of tokens cannot be used."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The claims of a token, each as the way of keys to it: ``("realm_access", "roles")``."""

    role: tuple[str, ...] = ("role",)
    member: tuple[str, ...] = ("member_id",)


@dataclass(frozen=True, slots=True)
class Configuration:
    """How tokens are made: exactly one of `secret`, `public_key` (its text in PEM) and `jwks` (an address).

    `algorithms` are the only ones that are accepted, whatever a token says. `leeway` and `jwks_refresh` are
    in seconds.
    """

    algorithms: tuple[str, ...]
    secret: Secret | None = None
    public_key: str | None = None
    jwks: str | None = None
    audience: str | None = None
    issuer: str | None = None
    leeway: int = LEEWAY_S
    jwks_refresh: int = REFRESH_S
    claims: Claims = Claims()


@dataclass(frozen=True, slots=True)
class Access:
    """What an access file and the settings say together; `identity` None is the development mode."""

    policy: Policy
    identity: Configuration | None


def read_access(settings: Settings, file: Path | None = None) -> Access:
    """The company's access: the file of the option or of the settings, and the secret of the settings.

    Raises AccessFileError and TokenSecretError.
    """
    path = file or settings.access
    secret = _secret_of(settings)
    if path is None:
        return Access(Policy(), None if secret is None else Configuration(("HS256",), secret))
    top = table_of(path)
    policy = read_policy(top)
    identity = _identity(top, path.parent, secret)
    top.refuse_unknown_keys()
    return Access(policy, identity)


def _identity(top: AccessTable, folder: Path, secret: Secret | None) -> Configuration | None:
    if not top.has("identity"):
        return None if secret is None else Configuration(("HS256",), secret)
    table = top.section("identity")
    sources = [key for key in ("secret_file", "public_key_file", "jwks") if table.has(key)]
    if len(sources) + (secret is not None) != 1:
        raise table.error(
            sources[-1] if sources else None,
            "exactly one thing must say how tokens are signed",
            "Write one of secret_file, public_key_file and jwks, or set UPLINE_TOKEN_SECRET_FILE.",
        )
    claims = table.section_of("claims")
    configuration = Configuration(
        algorithms=_algorithms(table, shared=secret is not None or "secret_file" in sources),
        secret=secret or _file(table, "secret_file", folder),
        public_key=_public_key(table, folder),
        jwks=_jwks(table),
        audience=table.text("audience", None) if table.has("audience") else None,
        issuer=table.text("issuer", None) if table.has("issuer") else None,
        leeway=table.number("leeway", ranges.LEEWAY, LEEWAY_S),
        jwks_refresh=_jwks_refresh(table),
        claims=Claims(_way(claims, "role", ("role",)), _way(claims, "member", ("member_id",))),
    )
    for each in (claims, table):
        each.refuse_unknown_keys()
    return configuration


def _algorithms(table: AccessTable, *, shared: bool) -> tuple[str, ...]:
    """The algorithms of the file, all of the kind of its key; HS256 or RS256 without any."""
    allowed = SHARED if shared else SIGNED
    if not table.has("algorithms"):
        return (allowed[0],)
    named = tuple(table.texts("algorithms"))
    if not named or not set(named) <= set(allowed):
        kind = "a shared secret" if shared else "a public key"
        raise table.error("algorithms", f"must be of those for {kind}: {', '.join(allowed)}")
    return named


def _way(table: AccessTable, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
    """The way to a claim: its name, or the names from the outside in."""
    value = table.value(key, list(default))
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
        raise table.error(key, "must be the name of a claim, or a list of names from the outside in")
    return tuple(value)


def _jwks(table: AccessTable) -> str | None:
    if not table.has("jwks"):
        return None
    address = table.text("jwks")
    parts = urlsplit(address)
    if not parts.hostname or (
        parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK)
    ):
        raise table.error("jwks", "must be an address that begins with https://")
    return address


def _jwks_refresh(table: AccessTable) -> int:
    if table.has("jwks_refresh") and not table.has("jwks"):
        raise table.error("jwks_refresh", "there are no keys of an address", "Remove it, or write jwks.")
    return table.number("jwks_refresh", ranges.JWKS_REFRESH, REFRESH_S)


def _public_key(table: AccessTable, folder: Path) -> str | None:
    text = _text_of(table, "public_key_file", folder)
    if text is not None and "PUBLIC KEY" not in text:
        raise table.error("public_key_file", "the file has no public key in PEM")
    return text


def _file(table: AccessTable, key: str, folder: Path) -> Secret | None:
    text = _text_of(table, key, folder)
    return None if text is None else checked(text.rstrip("\r\n"), str(folder / table.text(key)))


def _text_of(table: AccessTable, key: str, folder: Path) -> str | None:
    """The text of a file that a key names, from the folder of the access file."""
    if not table.has(key):
        return None
    try:
        return (folder / table.text(key)).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise table.error(key, f"the file cannot be read: {unreadable(error)}") from error


def checked(secret: str, where: str) -> Secret:
    """A secret of enough bytes; raises TokenSecretError, which never shows it."""
    size = len(secret.encode())
    if size < LEAST_BYTES:
        raise TokenSecretError(
            f"the secret has {size} bytes, at least {LEAST_BYTES} are needed",
            where,
            "Make one: openssl rand -hex 32",
        )
    return Secret(secret)


def _secret_of(settings: Settings) -> Secret | None:
    """The shared secret of the settings, directly or from a file."""
    file, secret = settings.token_secret_file, settings.token_secret
    if file is None:
        return None if secret is None else checked(secret.reveal(), "UPLINE_TOKEN_SECRET")
    if secret is not None:
        raise TokenSecretError(
            "the secret is given twice, directly and in a file",
            str(file),
            "Unset either UPLINE_TOKEN_SECRET or UPLINE_TOKEN_SECRET_FILE.",
        )
    try:
        text = file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TokenSecretError(
            f"the secret cannot be read: {unreadable(error)}", str(file), "Correct UPLINE_TOKEN_SECRET_FILE."
        ) from error
    return checked(text, str(file))
