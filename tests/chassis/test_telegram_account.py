"""Which bot, which server, which groups: read from settings."""

import pytest
from pydantic import SecretStr, ValidationError
from pyrogram.crypto.rsa import server_public_keys

from chassis.telegram import TelegramSettings
from chassis.telegram.account import Server

# The production key of Telegram itself, as core.telegram.org publishes it; kurigram's table names it.
PKCS1 = """-----BEGIN RSA PUBLIC KEY-----
MIIBCgKCAQEAwVACPi9w23mF3tBkdZz+zwrzKOaaQdr01vAbU4E1pvkfj4sqDsm6
lyDONS789sVoD/xCS9Y0hkkC3gtL1tSfTlgCMOOul9lcixlEKzwKENj1Yz/s7daS
an9tqw3bfUV/nqgbhGX81v/+7RFAEd+RwFnK7a+XYl9sluzHRyVVaTTveB2GazTw
Efzk2DWgkBluml8OREmvfraX3bkHZJTKX4EQSjBbbdJ2ZXIsRrYOXfaA+xayEGB+
8hdlLmAjbCVfaigxX0CDqWeR1yFL9kwd9P0NsZRPsmoqVwMbMu7mStFai6aIhc3n
Slv8kg9qv1m6XHVQY3PnEw+QQtqSIXklHwIDAQAB
-----END RSA PUBLIC KEY-----
"""
SPKI = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwVACPi9w23mF3tBkdZz+
zwrzKOaaQdr01vAbU4E1pvkfj4sqDsm6lyDONS789sVoD/xCS9Y0hkkC3gtL1tSf
TlgCMOOul9lcixlEKzwKENj1Yz/s7daSan9tqw3bfUV/nqgbhGX81v/+7RFAEd+R
wFnK7a+XYl9sluzHRyVVaTTveB2GazTwEfzk2DWgkBluml8OREmvfraX3bkHZJTK
X4EQSjBbbdJ2ZXIsRrYOXfaA+xayEGB+8hdlLmAjbCVfaigxX0CDqWeR1yFL9kwd
9P0NsZRPsmoqVwMbMu7mStFai6aIhc3nSlv8kg9qv1m6XHVQY3PnEw+QQtqSIXkl
HwIDAQAB
-----END PUBLIC KEY-----
"""
FINGERPRINT = -4344800451088585951


def settings(**given: str | None) -> TelegramSettings:
    account = {
        "telegram_api_id": 1,
        "telegram_api_hash": SecretStr("hash"),
        "telegram_bot_token": SecretStr("7001:token"),
    }
    return TelegramSettings.model_validate(account | given)


@pytest.mark.parametrize("pem", [PKCS1, SPKI, PKCS1.replace("\n", "\\n")])
def test_both_forms_of_a_key_are_read_and_named_as_telegram_names_them(pem):
    server = Server.parse("127.0.0.1:4430", pem)

    assert server.fingerprint == FINGERPRINT
    assert server.key == server_public_keys[FINGERPRINT]


def test_a_key_may_be_a_file(tmp_path):
    file = tmp_path / "server.pem"
    file.write_text(PKCS1)

    account = settings(
        telegram_server="localhost:443", telegram_server_key=str(file)
    ).account

    assert account.server is not None
    assert (account.server.host, account.server.port) == ("localhost", 443)


@pytest.mark.parametrize(
    ("server", "key"),
    [
        ("localhost", PKCS1),
        ("localhost:443", None),
        ("localhost:443", "/no/such/file"),
        ("localhost:443", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
    ],
)
def test_a_server_that_cannot_be_reached_so_is_refused_at_the_start(server, key):
    with pytest.raises(ValidationError):
        settings(telegram_server=server, telegram_server_key=key)


def test_groups_have_names():
    groups = settings(telegram_groups="chantier=-5000000001, sav=-1001234567890").groups

    assert groups == {"chantier": -5000000001, "sav": -1001234567890}


@pytest.mark.parametrize("groups", ["chantier", "chantier=abc", "=-5000000001"])
def test_groups_that_say_nothing_are_refused(groups):
    with pytest.raises(ValidationError):
        settings(telegram_groups=groups)


def test_each_server_has_a_session_file_of_its_own():
    telegram = settings().account
    other = settings(telegram_server="localhost:443", telegram_server_key=PKCS1).account

    assert telegram.session_name == "bot7001"
    assert other.session_name.startswith("bot7001-")
