"""Tokens: a signed text that names a subject, a role and a member, until it expires."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from jwt.exceptions import ExpiredSignatureError, PyJWTError

from engine.access.viewer import Role, Viewer
from engine.api.identity.configuration import Claims, Configuration
from engine.api.identity.keys import Keys, UnknownKeyError
from engine.errors import UplineError

MOST_LENGTH = 8_192
"""Characters of a token; a large one has about 2,000."""


class UnauthenticatedError(UplineError):
    """The request has no token."""


class TokenExpiredError(UplineError):
    """The token was valid, and is no longer."""


class TokenInvalidError(UplineError):
    """The token is not accepted. Which part of it is wrong is not said."""


def invalid() -> TokenInvalidError:
    """The refusal of every token that is not accepted."""
    return TokenInvalidError("the token is not valid", todo="Sign in again.")


async def viewer_of(token: str, keys: Keys, configuration: Configuration) -> Viewer:
    """The viewer that a token names; raises TokenExpiredError and TokenInvalidError.

    The algorithms are those of the configuration, never that of the token alone.
    """
    if len(token) > MOST_LENGTH:
        raise invalid()
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in configuration.algorithms:
            raise invalid()
        claims = jwt.decode(
            token,
            await keys.key(header),
            algorithms=list(configuration.algorithms),
            audience=configuration.audience,
            issuer=configuration.issuer,
            leeway=configuration.leeway,
            options={
                "require": ["exp"],
                "verify_aud": configuration.audience is not None,
                "verify_iss": configuration.issuer is not None,
            },
        )
    except ExpiredSignatureError as error:
        raise TokenExpiredError("the token has expired", todo="Sign in again.") from error
    except (PyJWTError, UnknownKeyError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise invalid() from error
    return _viewer(claims, configuration.claims)


def made(
    configuration: Configuration, role: Role, member_id: str | None, minutes: int, subject: str | None = None
) -> str:
    """A token by the shared secret of a configuration, with the claims that it names."""
    if configuration.secret is None:
        raise ValueError("only a shared secret makes tokens here")
    now = datetime.now(UTC)
    claims: dict[str, Any] = {
        "sub": subject or member_id or str(role),
        "iat": now,
        "exp": now + timedelta(minutes=minutes),
    }
    named = {"aud": configuration.audience, "iss": configuration.issuer}
    claims |= {name: value for name, value in named.items() if value is not None}
    _put(claims, configuration.claims.role, str(role))
    if member_id is not None:
        _put(claims, configuration.claims.member, member_id)
    return jwt.encode(claims, configuration.secret.reveal(), configuration.algorithms[0])


def _viewer(claims: dict[str, Any], named: Claims) -> Viewer:
    role, member_id = _role(_at(claims, named.role)), _at(claims, named.member)
    if not isinstance(member_id, str | None) or (role is Role.MEMBER and not member_id):
        raise invalid()
    subject = claims.get("sub") or member_id or str(role)
    try:
        expires_at = datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise invalid() from error
    return Viewer(str(subject), role, member_id if role is Role.MEMBER else None, expires_at)


def _role(claim: Any) -> Role:
    """The role of a claim: one name, or a list in which exactly one is a role of ours."""
    names = claim if isinstance(claim, list) else [claim]
    roles = {Role(name) for name in names if isinstance(name, str) and name in set(Role)}
    if len(roles) != 1:
        raise invalid()
    return roles.pop()


def _at(claims: Any, way: tuple[str, ...]) -> Any:
    for name in way:
        claims = claims.get(name) if isinstance(claims, dict) else None
    return claims


def _put(claims: dict[str, Any], way: tuple[str, ...], value: str) -> None:
    for name in way[:-1]:
        claims = claims.setdefault(name, {})
    claims[way[-1]] = value
