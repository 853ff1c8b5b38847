"""The files in deploy/ and the Dockerfile: whole, confined, and without secrets or a way around the locks."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
UNITS = ("calsync.service", "calsync@.service")
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yml").read_text("utf-8"))
SETTINGS = {PREFIX + name.upper() for name in Settings.model_fields} | {"CALSYNC_SECRETS_DIR"}
SECRETS = {"CALSYNC_SLACK_BOT_TOKEN", "CALSYNC_SLACK_APP_TOKEN", "CALSYNC_ODOO_API_KEY", "CALSYNC_VAULT_KEYS"}
CONFINED = {
    "DynamicUser": "yes",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "StateDirectory": "calsync",
    "UMask": "0077",
}


class Repeated(dict[str, Any]):
    """Keeps all values of a key that stands in a unit several times."""

    def __setitem__(self, key: str, value: Any) -> None:
        if key in self and isinstance(value, list) and isinstance(self[key], list):
            value = [*self[key], *value]
        super().__setitem__(key, value)


def unit(name: str) -> dict[str, list[str]]:
    """Return the [Service] section of a unit: each key with all its values."""
    parser = configparser.RawConfigParser(strict=False, dict_type=Repeated, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keys are case-sensitive there
    parser.read_string((ROOT / "deploy/systemd" / name).read_text("utf-8"))
    return {key: value.split("\n") for key, value in parser["Service"].items()}


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_confined_and_reads_secrets_that_only_root_can(name: str) -> None:
    service = unit(name)
    assert {key: service[key][-1] for key in CONFINED} == CONFINED
    loaded = dict(one.split(":") for one in service["LoadCredential"])
    assert loaded.keys() == SECRETS | {"google-client.json"}
    assert all(path == f"/etc/calsync/{name}" for name, path in loaded.items())
    named = {one.partition("=")[0] for one in service["Environment"]}
    assert named <= SETTINGS - SECRETS
    assert "calsync" in service["User"], "one user for both, or each would take the folder from the other"


def test_the_service_comes_back_and_gets_time_to_end() -> None:
    service = unit("calsync.service")
    assert service["Restart"] == ["on-failure"]
    assert service["TimeoutStopSec"] == ["15"]
    assert service["ExecStart"] == ["/opt/calsync/bin/calsync run"]


def test_both_units_run_in_the_same_surroundings() -> None:
    run, other = (unit(name) for name in UNITS)
    own = {"Type", "ExecStart", "Restart", "RestartSec", "TimeoutStopSec", "KillMode"}
    assert {key: run[key] for key in run.keys() - own} == {key: other[key] for key in other.keys() - own}


def complaints(name: str, text: str, folder: Path) -> list[str]:
    """Return what systemd finds wrong with a unit; on some machines it complains of others beside it."""
    file = folder / name.replace("@", "@doctor")
    file.write_text(text.replace("/opt/calsync/bin/calsync", "/bin/true"))
    command = ["systemd-analyze", "verify", str(file)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (a file of ours)
    return [line for line in said.stderr.splitlines() if file.name in line]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(name: str, tmp_path: Path) -> None:
    text = (ROOT / "deploy/systemd" / name).read_text("utf-8")
    assert complaints(name, text, tmp_path) == []
    [line] = complaints(name, text.replace("ProtectHome=", "ProtectHomes="), tmp_path)
    assert "ProtectHomes" in line


def test_the_image_holds_what_the_locks_name_and_nothing_that_builds() -> None:
    build, _, last = DOCKERFILE.rpartition("FROM ")
    installs = re.findall(r"pip (?:--python \S+ )?install ([^&\n]*)", build)
    assert len(installs) == 3
    for one in installs:
        assert "--no-deps" in one
        assert "--require-hashes" in one or "--no-index" in one
    assert "venv --without-pip" in build
    assert "pip uninstall --yes" in last
    assert not re.search(r"pip (--\S+ )*install|apt|gcc", last)
    assert "://" not in DOCKERFILE.replace("http://127.0.0.1", "").replace("sqlite+aiosqlite://", "")


def test_the_image_runs_without_root_and_is_looked_after() -> None:
    last = DOCKERFILE.rpartition("FROM ")[2]
    assert re.findall(r"^USER (.*)$", last, re.MULTILINE) == ["calsync"]
    assert "--uid 10001" in last
    assert "/healthz" in last.partition("HEALTHCHECK")[2]
    assert 'ENTRYPOINT ["calsync"]' in last
    for name in re.findall(r"(CALSYNC_[A-Z_]+)=", last):
        assert name in SETTINGS - SECRETS


def test_the_image_gets_no_more_than_it_needs() -> None:
    kept = (ROOT / ".dockerignore").read_text("utf-8").split()
    copies = re.findall(r"^COPY (?!--)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    copied = {name for line in copies for name in line.split()}
    assert kept[0] == "*"
    assert {one.removeprefix("!") for one in kept if one.startswith("!")} == copied
    assert all((ROOT / name).exists() for name in copied)


def test_what_builds_is_pinned_as_for_developers() -> None:
    lock = (ROOT / "requirements-build.lock").read_text("utf-8")
    pins = re.findall(r"^\S+==\S+ \\\n(?:    --hash=\S+(?: \\)?\n)+", lock, re.MULTILINE)
    assert [one.partition("==")[0] for one in pins] == ["setuptools"]
    assert pins[0] in (ROOT / "requirements-dev.lock").read_text("utf-8")


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_a_service_of_compose_is_confined(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "/tmp" in service["tmpfs"]  # noqa: S108 (a mount in a container)
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    for volume in service["volumes"]:
        assert volume.partition(":")[0] in COMPOSE["volumes"]
    for secret in service["secrets"]:
        assert secret in COMPOSE["secrets"]


def test_compose_hands_secrets_over_as_files_and_nothing_else() -> None:
    calsync = COMPOSE["services"]["calsync"]
    assert {*calsync["secrets"]} == SECRETS | {"google-client.json"}
    assert calsync["environment"].keys() <= SETTINGS - SECRETS
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert "PASSWORD" not in name or value.startswith("/run/secrets/")


def test_the_example_of_settings_names_settings_and_no_secret() -> None:
    lines = (ROOT / "deploy/calsync.env.example").read_text("utf-8").splitlines()
    named = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert named <= SETTINGS - SECRETS
    assert {"CALSYNC_ODOO_URL", "CALSYNC_ODOO_DB", "CALSYNC_ODOO_LOGIN", "CALSYNC_PUBLIC_URL"} <= named
