"""The key with which the double signs id_tokens, and the two forms in which it publishes it."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _certificate() -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "federated-signon.system.gserviceaccount.com")])
    # Wide, since tests move their clocks.
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(_key().public_key())
        .serial_number(1)
        .not_valid_before(datetime(2000, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2000, 1, 1, tzinfo=UTC) + timedelta(days=36500))
        .sign(_key(), hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _integer(number: int) -> str:
    return _encode(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def key_id() -> str:
    """Return the name of the key."""
    return hashlib.sha256(_certificate().encode()).hexdigest()[:40]


def certificates() -> dict[str, str]:
    """Return what `/oauth2/v1/certs` answers: key ids and certificates."""
    return {key_id(): _certificate()}


def key_set() -> dict[str, Any]:
    """Return what `/oauth2/v3/certs` answers: a JSON Web Key Set."""
    numbers = _key().public_key().public_numbers()
    key = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": key_id()}
    return {"keys": [key | {"n": _integer(numbers.n), "e": _integer(numbers.e)}]}


def sign(claims: dict[str, Any]) -> str:
    """Return claims as a signed JSON Web Token."""
    header = {"alg": "RS256", "kid": key_id(), "typ": "JWT"}
    parts = [_encode(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims)]
    signature = _key().sign(".".join(parts).encode(), padding.PKCS1v15(), hashes.SHA256())
    return ".".join([*parts, _encode(signature)])
