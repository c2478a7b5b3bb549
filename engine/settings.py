"""Settings: each is an environment variable that begins with UPLINE_, read once."""

import copy
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, Self, cast

from engine import ranges
from engine.errors import UplineError
from engine.money import AmountError
from engine.ranges import Range
from engine.text import unreadable

PREFIX = "UPLINE_"
SECRET_LETTERS = 32
"""Characters of a secret at least."""
TRUE, FALSE = ("1", "true", "t", "yes", "y", "on"), ("0", "false", "f", "no", "n", "off")


class SettingError(UplineError):
    """A setting has a value that it cannot have."""


class PasswordFileError(UplineError):
    """The file with the password of Neo4j cannot be used."""


class Secret:
    """A text that no message, log or `repr` shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret('**********')" if self._text else "Secret('')"


class Settings:
    """The settings of a process; the defaults work without any configuration.

    With `neo4j_uri` (bolt://, neo4j://, neo4j+s://) that server or cluster is used; without it the managed
    Neo4j in `home` is used, which is started when it is needed. They never change; `changed` makes others.
    """

    neo4j_uri: str | None
    neo4j_user: str
    neo4j_password: Secret | None
    neo4j_password_file: Path | None
    """A file with the password, such as a secret mounted in a container; instead of neo4j_password."""
    neo4j_database: str
    access: Path | None
    """The company's access file: what members see, and how tokens are signed."""
    token_secret: Secret | None
    """The secret that tokens of the API are signed with."""
    token_secret_file: Path | None
    """A file with that secret, instead of token_secret."""
    home: Path
    """Where the managed Neo4j keeps its store, logs, password and pid."""
    archive: Path | None
    """Where the archives of committed runs are written; by default nowhere."""
    cache: Path
    """Where the verified jars are kept, shared by all homes."""
    maven_mirror: str | None
    """A Maven repository to download from instead of the default one."""
    heap_mib: int | None
    """Java heap of the managed Neo4j in MiB; by default sized to the machine."""
    brief: bool
    """Tune the managed Neo4j for a small store and a short life, at the cost of top speed."""
    rules: Path | None
    """A folder of the company's own rule modules, laid out like cypher/rules/."""
    cursor_secrets: tuple[Secret, ...]
    """What the API seals cursors with: the first seals, all are accepted. None: one kept in `home`."""
    tidy: Literal["background", "now"]
    """When commands remove runs that a newer one supersedes: in a process of its own, or before they end."""
    standby: int
    """Minutes for which the server that tests rules waits for the next command; 0: it ends with its own."""
    writers: int | None
    """Concurrent transactions of one pass; by default one per core, at most four."""
    cors_origins: tuple[str, ...]
    """Web pages of which origins may call the API."""
    proxies: tuple[str, ...]
    """Addresses or networks of proxies in front of the API."""
    root_path: str
    """The path below which a proxy shows the API."""
    public_hosts: tuple[str, ...]
    """Names that the API answers to, besides those of this machine."""
    workers: int
    """How many processes answer requests to the API; each uses one core."""
    drain: int
    """Seconds for which a server of the API that stops is not ready, but still takes requests."""
    health_host: str
    """The address that /live, /ready and /metrics of the API listen on."""
    health_port: int | None
    """Their port; by default the one after the API's."""
    log_format: Literal["json", "console"] | None
    """How the log lines of the API look; by default by where they go."""
    traces: bool
    """Send traces of the API by OpenTelemetry."""

    api_request_cost: int
    """What one request to the API may cost, in values of an answer."""
    api_viewer_budget: int
    """What a viewer's budget holds; 0: no limit."""
    api_viewer_restore: int
    """How much of it comes back each second."""
    api_address_budget: int
    api_address_restore: int

    def __init__(self, **values: object) -> None:
        """Read the settings; `values` go before the environment.

        Raises SettingError, which names the variable and not its value, and PasswordFileError.
        """
        if unknown := values.keys() - SETTINGS.keys():
            raise TypeError(f"no setting is called {', '.join(sorted(unknown))}")
        chosen = {**_environment(), **values}
        for name, read in SETTINGS.items():
            self.__dict__[name] = read(name, chosen[name]) if name in chosen else _default(name)
        self._read_password_file()

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"settings do not change: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Settings) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(tuple(self.__dict__.values()))

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in self.__dict__.items())})"

    def changed(self, **values: object) -> Self:
        """The same settings with other values for some; the environment is not read again."""
        other = copy.copy(self)
        other.__dict__.update({name: SETTINGS[name](name, value) for name, value in values.items()})
        return other

    def _read_password_file(self) -> None:
        """Take the password from its file; raises PasswordFileError, which never shows the content."""
        path = self.neo4j_password_file
        if path is None:
            return
        if self.neo4j_password:
            raise PasswordFileError(
                "the password is given twice, directly and in this file",
                str(path),
                "Unset either UPLINE_NEO4J_PASSWORD or UPLINE_NEO4J_PASSWORD_FILE.",
            )
        try:
            password = path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise PasswordFileError(
                f"the password cannot be read: {unreadable(error)}",
                str(path),
                "Correct UPLINE_NEO4J_PASSWORD_FILE.",
            ) from error
        if not password:
            raise PasswordFileError("the file is empty", str(path), "Write the password into it.")
        self.__dict__["neo4j_password"] = Secret(password)


def _environment() -> Mapping[str, str]:
    """The values of the environment by the name of the setting, which may be written in small letters."""
    values = {}
    for variable, value in os.environ.items():
        name = variable.upper()
        if name.startswith(PREFIX) and (setting := name.removeprefix(PREFIX).lower()) in SETTINGS:
            values[setting] = value
    return values


def _default(name: str) -> object:
    if name in ("home", "cache"):
        import platformdirs

        folder = platformdirs.user_data_dir if name == "home" else platformdirs.user_cache_dir
        return Path(folder("upline"))
    return DEFAULTS.get(name)


def _refused(name: str, what: str, todo: str) -> SettingError:
    return SettingError(what, f"{PREFIX}{name.upper()}", todo)


def _text(name: str, value: object) -> str | None:
    del name
    return None if value is None else str(value)


def _texts(name: str, value: object) -> tuple[str, ...]:
    """Texts with commas between them, or a sequence of texts."""
    del name
    texts = value.split(",") if isinstance(value, str) else cast(tuple[str, ...], value)
    return tuple(text.strip() for text in texts if text.strip())


def _log_format(name: str, value: object) -> str | None:
    if value in (None, ""):
        return None
    if value not in ("json", "console"):
        raise _refused(name, "must be json or console", "Give one of the two, or unset it.")
    return str(value)


def _secret(name: str, value: object) -> Secret | None:
    del name
    return value if value is None or isinstance(value, Secret) else Secret(str(value))


def _secrets(name: str, value: object) -> tuple[Secret, ...]:
    """Secrets that commas separate, each long enough not to be guessed; raises SettingError."""
    texts = [each.strip() for each in str(value or "").split(",")] if not isinstance(value, tuple) else []
    listed = value if isinstance(value, tuple) else tuple(Secret(each) for each in texts if each)
    if any(len(each.reveal()) < SECRET_LETTERS for each in listed):
        raise _refused(
            name, f"has a secret of fewer than {SECRET_LETTERS} characters", "Give a longer one, or unset it."
        )
    return listed


def _folder(name: str, value: object) -> Path:
    del name
    return Path(cast(str | Path, value))


def _folder_or_none(name: str, value: object) -> Path | None:
    """An empty text is no folder: a compose file can name a variable, but not leave it out."""
    return _folder(name, value) if value else None


def _switch(name: str, value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).lower()
    if word not in (*TRUE, *FALSE):
        raise _refused(name, "must be on or off", "Give 1 or 0, or unset it.")
    return word in TRUE


def _time_to_tidy(name: str, value: object) -> str:
    if value not in ("background", "now"):
        raise _refused(name, "must be background or now", "Give one of the two, or unset it.")
    return str(value)


def _number(within: Range) -> Callable[[str, object], int | None]:
    def read(name: str, value: object) -> int | None:
        """A number within its range; raises SettingError."""
        if value is None:
            return None
        try:
            return within.read(value)
        except AmountError as error:
            least, most = within.text(within.least), within.text(within.most)
            raise _refused(name, error.what, f"Give a number from {least} to {most}, or unset it.") from error

    return read


SETTINGS: dict[str, Callable[[str, object], object]] = {
    "neo4j_uri": _text,
    "neo4j_user": _text,
    "neo4j_password": _secret,
    "neo4j_password_file": _folder_or_none,
    "neo4j_database": _text,
    "access": _folder_or_none,
    "token_secret": _secret,
    "token_secret_file": _folder_or_none,
    "home": _folder,
    "cache": _folder,
    "archive": _folder_or_none,
    "cursor_secrets": _secrets,
    "maven_mirror": _text,
    "heap_mib": _number(ranges.HEAP_MIB),
    "brief": _switch,
    "rules": _folder_or_none,
    "standby": _number(ranges.STANDBY),
    "tidy": _time_to_tidy,
    "writers": _number(ranges.WRITERS),
    "api_request_cost": _number(ranges.API_COST),
    "api_viewer_budget": _number(ranges.API_BUDGET),
    "api_viewer_restore": _number(ranges.API_RESTORE),
    "api_address_budget": _number(ranges.API_BUDGET),
    "api_address_restore": _number(ranges.API_RESTORE),
    "cors_origins": _texts,
    "proxies": _texts,
    "root_path": _text,
    "public_hosts": _texts,
    "workers": _number(ranges.WORKERS),
    "drain": _number(ranges.DRAIN),
    "health_host": _text,
    "health_port": _number(ranges.PORT),
    "log_format": _log_format,
    "traces": _switch,
}
"""How the value of each setting is read, from the environment or as an argument."""
DEFAULTS: dict[str, object] = {
    "neo4j_user": "neo4j", "neo4j_database": "neo4j", "brief": False, "tidy": "background", "standby": 10,
    "api_request_cost": 20_000, "api_viewer_budget": 100_000, "api_viewer_restore": 2_000,
    "api_address_budget": 500_000, "api_address_restore": 10_000,
    "cursor_secrets": (),
    "cors_origins": (), "proxies": (), "root_path": "", "public_hosts": (), "traces": False,
    "workers": 1, "drain": 0, "health_host": "127.0.0.1",
}  # fmt: skip
"""The values of settings that nobody has set, where that is not None; folders are the user's own."""
