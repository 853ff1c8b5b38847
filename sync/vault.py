"""Encryption at rest and keyed hashes, from one list of keys (newest first)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12
KEY_ID = "[0-9a-f]{8}"
"""How a stored secret begins, before a dot: with the id of its key."""
HALF = 32
"""Hex digits of each half of a derived token: 128 bits, beyond guessing."""
WRONG_KEY = "a vault key is 32 bytes in base64url. `calsync vault new-key` prints one"


class VaultError(Exception):
    """A secret cannot be read: its key is not in the list, or it belongs to somebody else."""


def generate_key() -> str:
    """Return a fresh key as it is written in the settings: 32 random bytes, base64url."""
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


def parse_key(text: str) -> bytes:
    """Decode a key from the settings.

    Raises:
        ValueError: it is not 32 bytes in base64url.
    """
    try:
        key = base64.urlsafe_b64decode(text.strip())
    except ValueError as error:
        raise ValueError(WRONG_KEY) from error
    if len(key) != 32:
        raise ValueError(WRONG_KEY)
    return key


class Vault:
    """AES-256-GCM under the newest key; older keys still open what they closed.

    The owner and purpose of a secret are its associated data: a ciphertext moved to another row does not
    open. Stored form: `<key id>.<base64url of nonce and ciphertext>`.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise ValueError("a vault needs at least one key")
        self._keys = {hashlib.sha256(key).hexdigest()[:8]: key for key in keys}
        self.newest = next(iter(self._keys))
        """The id of the key under which secrets are stored now."""

    def knows(self, key_id: str) -> bool:
        """Say whether a key of this id is among those configured."""
        return key_id in self._keys

    def encrypt(self, owner: str, purpose: str, secret: str) -> str:
        """Encrypt `secret` for `owner` and `purpose`."""
        nonce = os.urandom(_NONCE)
        sealed = AESGCM(self._keys[self.newest]).encrypt(nonce, secret.encode(), _bind(owner, purpose))
        return f"{self.newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, owner: str, purpose: str, stored: str) -> str:
        """Return the secret that `encrypt` stored for the same owner and purpose.

        Raises:
            VaultError: the key is unknown, or owner, purpose or text are not those it was made with.
        """
        key_id, _, body = stored.partition(".")
        if key_id not in self._keys:
            raise VaultError(f"no vault key {key_id} among those configured")
        try:
            raw = base64.urlsafe_b64decode(body)
            plain = AESGCM(self._keys[key_id]).decrypt(raw[:_NONCE], raw[_NONCE:], _bind(owner, purpose))
        except (InvalidTag, ValueError) as error:
            raise VaultError("a stored secret was altered or belongs to somebody else") from error
        return plain.decode()

    def derived_tokens(self, purpose: str, message: str) -> list[str]:
        """Return unguessable tokens (64 hex digits) for `message`, one a key, newest key first.

        The second half signs the first, so that a token is known for one of ours without its message.
        """
        return [
            (half := _mac(key, purpose, message)) + _mac(key, f"{purpose}, signed", half)
            for key in self._keys.values()
        ]

    def has_derived(self, purpose: str, token: str) -> bool:
        """Say whether a token was derived for some message, under any of the keys."""
        half, signature = token[:HALF], token[HALF:]
        return any(
            hmac.compare_digest(signature.encode(), _mac(key, f"{purpose}, signed", half).encode())
            for key in self._keys.values()
        )


def _bind(owner: str, purpose: str) -> bytes:
    return f"{purpose}|{owner}".encode()


def _mac(key: bytes, purpose: str, message: str) -> str:
    return hmac.digest(_derive(key, purpose), message.encode(), "sha256").hex()[:HALF]


@cache
def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)
