"""What the surroundings say: every setting is an UPLINE_ environment variable, read once."""

from pathlib import Path

import platformdirs
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _cache() -> Path:
    return Path(platformdirs.user_cache_dir("upline"))


def _data() -> Path:
    return Path(platformdirs.user_data_dir("upline"))


class Settings(BaseSettings):
    """Settings of one process; the defaults need no configuration at all.

    With `neo4j_uri` (bolt://, neo4j://, neo4j+s://) that server or cluster is used; without it the
    managed Neo4j in `home` is started on demand.
    """

    model_config = SettingsConfigDict(env_prefix="UPLINE_", frozen=True, extra="ignore")

    neo4j_uri: str | None = None
    neo4j_user: str = "neo4j"
    neo4j_password: SecretStr | None = None
    neo4j_database: str = "neo4j"
    home: Path = Field(default_factory=_data)
    """Where the managed Neo4j keeps its store, logs, password and pid."""
    cache: Path = Field(default_factory=_cache)
    """Where the verified jars are kept, shared by all homes."""
    maven_mirror: str | None = None
    """A Maven repository to fetch from in place of the default one."""
    heap_mib: int | None = None
    """Java heap of the managed Neo4j in MiB; by default sized to the machine."""
    rules: Path | None = None
    """A folder of the company's own rule modules, laid out like cypher/."""
    writers: int | None = None
    """Concurrent transactions of one pass; by default one per core, at most four."""
