"""The development mode: tokens of this machine, by a secret in the home folder."""

import secrets
from pathlib import Path

from engine.api.identity.configuration import Configuration, checked
from engine.server.processes import first_private

SECRET = "token_secret"
"""The file in the home folder."""


def configuration(home: Path) -> Configuration:
    """The configuration of tokens of this machine; the secret is made the first time, for its owner alone."""
    file = home / SECRET
    secret = first_private(file, secrets.token_hex(32).encode()).decode()
    return Configuration(("HS256",), checked(secret.strip(), str(file)))
