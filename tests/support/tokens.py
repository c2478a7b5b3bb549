"""Tokens for tests: good ones, and ones that the library would not make."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECRET = "0123456789abcdef0123456789abcdef"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def claims(**changed: Any) -> dict[str, Any]:
    """Good claims of member 1, some of them changed; None leaves one out."""
    good = {
        "sub": "someone", "role": "member", "member_id": "1", "aud": "upline", "iss": "https://sign.example",
        "exp": datetime.now(UTC) + timedelta(minutes=5),
    }  # fmt: skip
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(key: Any = SECRET, algorithm: str = "HS256", kid: str | None = None, **changed: Any) -> str:
    headers = None if kid is None else {"kid": kid}
    return jwt.encode(claims(**changed), key, algorithm, headers=headers)


def unsigned(header: dict[str, Any], **changed: Any) -> str:
    """A token that the library would not make."""
    body = claims(**changed)
    body["exp"] = int(body["exp"].timestamp())
    parts = (json.dumps(header), json.dumps(body))
    return ".".join(jwt.utils.base64url_encode(part.encode()).decode() for part in parts) + "."
