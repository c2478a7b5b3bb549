"""The development mode: tokens of this machine, by a secret in the home folder."""

import secrets
from pathlib import Path

from engine.api.identity.configuration import Configuration, checked
from engine.server.processes import write_private

SECRET = "token_secret"
"""The file in the home folder."""


def configuration(home: Path) -> Configuration:
    """The configuration of tokens of this machine; the secret is made the first time, for its owner alone."""
    file = home / SECRET
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        write_private(file, secrets.token_hex(32))
    return Configuration(("HS256",), checked(file.read_text(encoding="utf-8").strip(), str(file)))
