"""A consent that waits for its person's word, as it is kept meanwhile: encrypted, with its code."""

from __future__ import annotations

import dataclasses
import json

from sync.google.grant import Consent
from sync.vault import Vault

PURPOSE = "consent"


def seal(vault: Vault, owner: str, consent: Consent, code: str) -> str:
    """Encrypt a consent and its code for the person `owner` whom it waits for."""
    return vault.encrypt(owner, PURPOSE, json.dumps(dataclasses.asdict(consent) | {"code": code}))


def unseal(vault: Vault, owner: str, sealed: str) -> tuple[Consent, str]:
    """Return a consent and its code.

    Raises:
        VaultError: it was sealed for somebody else, or under a key that is not there any more.
    """
    kept = json.loads(vault.decrypt(owner, PURPOSE, sealed))
    code = kept.pop("code")
    return Consent(**kept), code
