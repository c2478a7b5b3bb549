"""Cursors: the key of a row, sealed so that it continues the list it comes from and no other.

A cursor holds the key of a row and a seal: an HMAC of the key and of the list, which is who reads, the field,
the row it belongs to, the run and the arguments. The seal of a cursor of another list does not fit.
"""

import base64
import binascii
import hmac
import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from engine.api.errors import CursorError, StaleCursorError
from engine.errors import UplineError
from engine.server.processes import first_private

SEAL_BYTES = 12
"""Bytes of a seal: to guess one takes 2^95 requests on average."""
SECRET_BYTES = 32
FILE = "cursors.secret"
"""The file in the home of the managed server that holds the secret nobody configured."""


class CursorSecretError(UplineError):
    """The secret of cursors cannot be read or kept."""


class Seals:
    """Seals cursors with the first of some secrets, and accepts those that any of them sealed."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(keys)

    def hidden(self, text: str) -> str:
        """A text that nobody else can read or make; the same text always gives the same."""
        return base64.urlsafe_b64encode(_cipher(self._keys[0]).encrypt(text.encode(), None)).decode()

    def revealed(self, hidden: str) -> str | None:
        """The text that `hidden` made something of; None for anything else."""
        try:
            data = base64.b64decode(hidden, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        for key in self._keys:
            with suppress(InvalidTag, ValueError):
                return _cipher(key).decrypt(data, None).decode()
        return None

    def seal(self, where: bytes, key: str) -> str:
        """The cursor of a key in the list that `where` describes."""
        data = key.encode()
        sealed = _seal(self._keys[0], where, data) + data
        return base64.urlsafe_b64encode(sealed).decode().rstrip("=")

    def open(self, where: bytes, cursor: str) -> str:
        """The key in a cursor; raises CursorError for other text, StaleCursorError for another list's."""
        try:
            sealed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            key = sealed[SEAL_BYTES:].decode()
        except (binascii.Error, ValueError):
            sealed, key = b"", ""
        if not key:
            raise CursorError(
                f"{cursor!r} is not a cursor", todo="Pass endCursor or startCursor of another page."
            )
        mark = sealed[:SEAL_BYTES]
        if not any(hmac.compare_digest(mark, _seal(each, where, key.encode())) for each in self._keys):
            raise StaleCursorError(
                "the cursor is of another list: other figures, arguments or another viewer",
                todo="Start again with the first page.",
            )
        return key


def place(*parts: object) -> bytes:
    """The description of a list that its cursors are sealed with."""
    return json.dumps(parts, default=str, separators=(",", ":"), sort_keys=True).encode()


def fresh() -> Seals:
    """Seals with a secret of their own, which ends with the process."""
    return Seals([secrets.token_bytes(SECRET_BYTES)])


def of_home(home: Path, configured: Sequence[str] = ()) -> Seals:
    """Seals that all processes of a home share: with the configured secrets, else with one kept in the home.

    The first process makes it. Raises CursorSecretError.
    """
    if configured:
        return Seals([each.encode() for each in configured])
    path = home / FILE
    try:
        key = first_private(path, secrets.token_bytes(SECRET_BYTES))
    except OSError as error:
        raise CursorSecretError(
            f"the secret of cursors cannot be kept: {error.strerror}",
            str(path),
            "Set UPLINE_CURSOR_SECRETS, or let Upline write to UPLINE_HOME.",
        ) from error
    if len(key) < SECRET_BYTES:
        raise CursorSecretError(
            "the secret of cursors is too short", str(path), "Remove the file; the next start makes another."
        )
    return Seals([key])


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(key, b"hidden", "sha512"))


def _seal(key: bytes, where: bytes, data: bytes) -> bytes:
    return hmac.digest(key, where + b"\0" + data, "sha256")[:SEAL_BYTES]
