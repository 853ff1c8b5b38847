"""The vault: secrets open for their owner and purpose, under any configured key, and for nobody else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.vault import Vault, VaultError, generate_key, parse_key

OLD, NEW = b"o" * 32, b"n" * 32
VAULT = Vault([NEW, OLD])


@given(st.text(), st.text(), st.text())
def test_a_secret_comes_back_for_its_owner_and_purpose(owner: str, purpose: str, secret: str) -> None:
    stored = VAULT.encrypt(owner, purpose, secret)
    assert VAULT.decrypt(owner, purpose, stored) == secret


def test_what_is_stored_shows_nothing_and_is_never_the_same_twice() -> None:
    first, second = (VAULT.encrypt("alice", "token", "marked-secret") for _ in range(2))
    assert first != second
    assert "marked-secret" not in first
    assert b"marked-secret" not in base64.urlsafe_b64decode(first.partition(".")[2])


@pytest.mark.parametrize(
    ("owner", "purpose"), [("bob", "token"), ("alice", "label"), ("", "token"), ("token", "alice")]
)
def test_a_secret_moved_to_another_row_does_not_open(owner: str, purpose: str) -> None:
    stored = VAULT.encrypt("alice", "token", "secret")
    with pytest.raises(VaultError):
        VAULT.decrypt(owner, purpose, stored)


def test_an_altered_secret_does_not_open() -> None:
    key_id, _, body = VAULT.encrypt("alice", "token", "secret").partition(".")
    raw = bytearray(base64.urlsafe_b64decode(body))
    raw[-1] ^= 1
    with pytest.raises(VaultError):
        VAULT.decrypt("alice", "token", f"{key_id}.{base64.urlsafe_b64encode(raw).decode()}")


def test_an_old_key_still_opens_and_the_newest_closes() -> None:
    old = Vault([OLD]).encrypt("alice", "token", "secret")
    assert VAULT.decrypt("alice", "token", old) == "secret"
    assert Vault([NEW]).decrypt("alice", "token", VAULT.encrypt("alice", "token", "secret")) == "secret"


def test_without_its_key_a_secret_stays_closed() -> None:
    stored = Vault([NEW]).encrypt("alice", "token", "secret")
    with pytest.raises(VaultError, match="no vault key") as refused:
        Vault([OLD]).decrypt("alice", "token", stored)
    assert "secret" not in str(refused.value)


def test_a_vault_needs_a_key() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Vault([])


def test_fresh_keys_are_usable_and_different() -> None:
    first, second = generate_key(), generate_key()
    assert first != second
    assert len(parse_key(first)) == 32
    assert parse_key(f"  {first}\n") == parse_key(first)


@pytest.mark.parametrize(
    "text", ["", "short", "x" * 43, base64.urlsafe_b64encode(b"x" * 31).decode(), "ü" * 44]
)
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"vault key|ASCII"):
        parse_key(text)


def test_derived_tokens_are_one_a_key_newest_first_and_the_same_again() -> None:
    tokens = VAULT.derived_tokens("odoo", "message")
    assert tokens == Vault([NEW]).derived_tokens("odoo", "message") + Vault([OLD]).derived_tokens(
        "odoo", "message"
    )
    assert all(len(one) == 64 and int(one, 16) for one in tokens)


def test_derived_tokens_differ_by_purpose_message_and_key() -> None:
    vault = Vault([NEW])
    found = {
        *vault.derived_tokens("odoo", "message"),
        *vault.derived_tokens("odoo", "another"),
        *vault.derived_tokens("google", "message"),
        *Vault([OLD]).derived_tokens("odoo", "message"),
    }
    assert len(found) == 4


@pytest.mark.parametrize("stored", ["{id}.", "{id}.AAAA", "{id}.!", "{id}", ""])
def test_what_was_never_stored_by_a_vault_does_not_open(stored: str) -> None:
    vault = Vault([b"k" * 32])
    key_id = vault.encrypt("o", "p", "s").partition(".")[0]
    with pytest.raises(VaultError):
        vault.decrypt("o", "p", stored.format(id=key_id))


def test_a_key_in_letters_of_other_alphabets_is_refused_with_the_fix() -> None:
    with pytest.raises(ValueError, match="new-key"):
        parse_key("ü" * 44)


def test_a_derived_token_is_known_without_its_message_under_any_key() -> None:
    [token] = Vault([OLD]).derived_tokens("odoo", "message")
    assert VAULT.has_derived("odoo", token)
    assert not Vault([NEW]).has_derived("odoo", token)
    assert not VAULT.has_derived("google", token)
    for other in ("", "x", "ü", token[:-1], token[32:] + token[:32], "0" * 64):
        assert not VAULT.has_derived("odoo", other)
