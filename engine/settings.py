"""Settings: each is an environment variable that begins with UPLINE_, read once."""

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from engine import ranges
from engine.errors import UplineError
from engine.money import AmountError


class SettingError(UplineError):
    """A setting has a value that it cannot have."""


class PasswordFileError(UplineError):
    """The file with the password of Neo4j cannot be used."""


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("upline"))


def _data() -> Path:
    return Path(platformdirs.user_data_dir("upline"))


class Settings(BaseSettings):
    """The settings of a process; the defaults work without any configuration.

    With `neo4j_uri` (bolt://, neo4j://, neo4j+s://) that server or cluster is used; without it the managed
    Neo4j in `home` is used, which is started when it is needed.
    """

    model_config = SettingsConfigDict(env_prefix="UPLINE_", frozen=True, extra="ignore")

    neo4j_uri: str | None = None
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr | None = None
    neo4j_password_file: Path | None = None
    """A file with the password, such as a secret mounted in a container; instead of neo4j_password."""
    neo4j_database: str = "neo4j"
    home: Path = Field(default_factory=_data)
    """Where the managed Neo4j keeps its store, logs, password and pid."""
    cache: Path = Field(default_factory=_cache)
    """Where the verified jars are kept, shared by all homes."""
    maven_mirror: str | None = None
    """A Maven repository to download from instead of the default one."""
    heap_mib: int | None = None
    """Java heap of the managed Neo4j in MiB; by default sized to the machine."""
    brief: bool = False
    """Tune the managed Neo4j for a small store and a short life, at the cost of top speed."""
    rules: Path | None = None
    """A folder of the company's own rule modules, laid out like cypher/rules/."""
    tidy: Literal["background", "now"] = "background"
    """When commands remove runs that a newer one supersedes: in a process of its own, or before they end."""
    writers: int | None = None
    """Concurrent transactions of one pass; by default one per core, at most four."""

    def __init__(self, **values: Any) -> None:
        """Read the settings; raises SettingError, which names the variable and not its value."""
        try:
            super().__init__(**values)
        except ValidationError as error:
            wrong = error.errors(include_input=False, include_url=False)[0]
            variable = f"UPLINE_{str(wrong['loc'][0]).upper()}"
            raise SettingError(wrong["msg"], variable, "docs/settings.md lists the settings.") from None

    @field_validator("rules", mode="before")
    @classmethod
    def _folder_or_none(cls, value: Any) -> Any:
        """An empty text is no folder: a compose file can name a variable, but not leave it out."""
        return value or None

    @field_validator("heap_mib", "writers", mode="before")
    @classmethod
    def _within_range(cls, value: Any, info: ValidationInfo) -> Any:
        """Read a number within its range; raises SettingError."""
        if value is None:
            return None
        within = {"heap_mib": ranges.HEAP_MIB, "writers": ranges.WRITERS}[str(info.field_name)]
        try:
            return within.read(value)
        except AmountError as error:
            least, most = within.text(within.least), within.text(within.most)
            todo = f"Give a number from {least} to {most}, or unset it."
            raise SettingError(error.what, f"UPLINE_{str(info.field_name).upper()}", todo) from error

    @model_validator(mode="before")
    @classmethod
    def _password_from_file(cls, values: Any) -> Any:
        """Read the password from its file; raises PasswordFileError, which never shows the content."""
        if not isinstance(values, dict) or not (path := values.get("neo4j_password_file")):
            return values
        if values.get("neo4j_password"):
            raise PasswordFileError(
                "the password is given twice, directly and in this file",
                str(path),
                "Unset either UPLINE_NEO4J_PASSWORD or UPLINE_NEO4J_PASSWORD_FILE.",
            )
        try:
            password = Path(path).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise PasswordFileError(
                f"the password cannot be read: {reason}", str(path), "Correct UPLINE_NEO4J_PASSWORD_FILE."
            ) from error
        if not password:
            raise PasswordFileError("the file is empty", str(path), "Write the password into it.")
        return {**values, "neo4j_password": password}
