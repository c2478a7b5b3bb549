"""Keys: what the signature of a token is checked with."""

import asyncio
import json
import logging
import time
from collections.abc import Callable
from typing import Any, Protocol

import anyio
import anyio.to_thread
import requests
from jwt import PyJWK
from jwt.exceptions import InvalidKeyError, PyJWKError, PyJWTError

from engine.api.identity.configuration import REFRESH_S, Configuration
from engine.errors import UplineError

log = logging.getLogger("upline.api")

LEAST_S = 30.0
"""Seconds between two fetches of keys, whatever tokens say: an unknown key is no lever on the address."""
EARLY = 0.5
"""After which part of their time keys are fetched meanwhile, so that hardly a request waits for them."""
FETCH_S = 5.0
"""Seconds that the address of keys may take."""
MOST_BYTES = 256 * 1024
"""Bytes of a set of keys; ten keys have about 10 kB."""


class PublicKeyError(UplineError):
    """The public key of tokens cannot be used."""


class UnknownKeyError(Exception):
    """No known key has the id that a token names."""


class Keys(Protocol):
    """Where the key of a token comes from."""

    async def key(self, header: dict[str, Any]) -> Any:
        """The key for a token's header; raises UnknownKeyError."""


class OneKey:
    """A shared secret, or the one public key of a company."""

    def __init__(self, key: Any) -> None:
        self._key = key

    async def key(self, header: dict[str, Any]) -> Any:
        """The key, whatever the header names."""
        del header
        return self._key


class FetchedKeys:
    """The keys of an address (JWKS), fetched in a thread, by one fetch for all who wait.

    No key is used that was fetched more than `refresh` seconds ago, unless the address is down: then those
    that are known stay. A fetch begins at most once in LEAST_S, also for tokens that name a key that nobody
    knows.
    """

    def __init__(
        self,
        address: str,
        algorithms: tuple[str, ...],
        *,
        refresh: float = REFRESH_S,
        fetch: Callable[[str], Any] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address, self._algorithms, self._refresh = address, algorithms, refresh
        self._fetch, self._clock = fetch or fetched, clock
        self._keys: dict[str | None, PyJWK] = {}
        self._tried_at = self._fetched_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, header: dict[str, Any]) -> PyJWK:
        """The key that a header names; without a name the only one. Raises UnknownKeyError."""
        named = header.get("kid")
        if named is not None and not isinstance(named, str):
            raise UnknownKeyError
        age = self._clock() - self._fetched_at
        if self._of(named) is None or age > EARLY * self._refresh:
            await self._renewed(wait=self._of(named) is None or age > self._refresh)
        key = self._of(named)
        if key is None or key.algorithm_name != header.get("alg"):
            raise UnknownKeyError
        return key

    def _of(self, named: str | None) -> PyJWK | None:
        if named is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(named)

    async def _renewed(self, *, wait: bool) -> None:
        """Fetch the keys unless that was tried just now; `wait` until they are there."""
        if self._fetching is None or self._fetching.done():
            if self._clock() - self._tried_at < LEAST_S:
                return
            self._tried_at = self._clock()
            self._fetching = asyncio.create_task(self._renew())
        if wait:
            await asyncio.shield(self._fetching)

    async def _renew(self) -> None:
        try:
            content = await anyio.to_thread.run_sync(self._fetch, self._address)
            keys = dict(self._usable(content))
        except (requests.RequestException, LookupError, ValueError, TypeError, OSError) as error:
            log.warning("the keys of tokens cannot be fetched from %s: %s", self._address, error)
            return
        self._keys, self._fetched_at = keys, self._clock()

    def _usable(self, content: Any) -> list[tuple[str | None, PyJWK]]:
        """The keys of a set that sign by an accepted algorithm; those of other kinds are left out."""
        usable = []
        for row in content["keys"]:
            if not isinstance(row, dict) or row.get("kty") == "oct" or row.get("use", "sig") != "sig":
                continue
            for algorithm in self._algorithms if row.get("alg") is None else (row["alg"],):
                if algorithm not in self._algorithms:
                    continue
                try:
                    usable.append((row.get("kid"), PyJWK(row, algorithm)))
                except (PyJWKError, InvalidKeyError, PyJWTError, ValueError, TypeError):
                    continue
                break
        return usable


def fetched(address: str) -> Any:
    """The JSON of an address; raises RequestException or ValueError."""
    with requests.get(
        address, timeout=FETCH_S, allow_redirects=False, stream=True, headers={"accept": "application/json"}
    ) as response:
        response.raise_for_status()
        if response.is_redirect:
            raise ValueError("the address leads elsewhere")
        content = b""
        for chunk in response.iter_content(16 * 1024):
            content += chunk
            if len(content) > MOST_BYTES:
                raise ValueError(f"it has more than {MOST_BYTES} bytes")
    return json.loads(content)


def keys_of(configuration: Configuration) -> Keys:
    """The keys of a configuration; raises PublicKeyError."""
    if configuration.secret is not None:
        return OneKey(configuration.secret.reveal())
    if configuration.jwks is not None:
        return FetchedKeys(configuration.jwks, configuration.algorithms, refresh=configuration.jwks_refresh)
    return OneKey(_public(configuration))


def _public(configuration: Configuration) -> Any:
    """The public key, of the kind that every accepted algorithm takes."""
    from jwt.algorithms import get_default_algorithms

    known = get_default_algorithms()
    try:
        prepared = [known[name].prepare_key(configuration.public_key) for name in configuration.algorithms]
    except (PyJWTError, ValueError, TypeError) as error:
        raise PublicKeyError(
            f"the public key does not fit {', '.join(configuration.algorithms)}",
            todo="Correct public_key_file or algorithms in the table [identity] of the access file.",
        ) from error
    return prepared[0]
