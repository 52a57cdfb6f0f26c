"""Settings that cannot work are refused at the start, without their values."""

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings

TELEGRAM: dict[str, Any] = {
    "telegram_api_id": 1,
    "telegram_api_hash": "look-alike",
    "telegram_bot_token": "1:look-alike",
    "telegram_groups": "chantier=-5000000001,sav=-5000000003,magasinier=-5000000002",
}


@pytest.mark.parametrize(
    ("urls", "secret"),
    [
        ("n8n.example.org/look-alike-hook", "look-alike-secret"),
        ("https:///look-alike-hook", "look-alike-secret"),
        ("file:///look-alike-hook", "look-alike-secret"),
        ("http://[look-alike-hook", "look-alike-secret"),
        ("http://n8n.example.org:port/look-alike-hook", "look-alike-secret"),
        ("https://n8n.example.org/look-alike-hook", "whsec_look-alike!"),
        (f"https://n8n.example.org/look-alike-{'x' * 500}", "a secret"),
    ],
)
def test_webhook_that_nothing_could_be_brought_to_is_refused(urls: str, secret: str):
    """Each event was tried for days, or ended its telling with an error that nobody caught."""
    with pytest.raises(ValidationError) as refused:
        GatewaySettings(
            _env_file=None, webhook_urls=urls, webhook_secret=secret, **TELEGRAM
        )

    assert "webhook" in str(refused.value).lower()
    assert "look-alike" not in str(refused.value)


@pytest.mark.parametrize("secret", ["any text", "whsec_bG9vayBhbGlrZQ=="])
def test_webhooks_that_can_be_told_are_taken(secret: str):
    settings = GatewaySettings(
        _env_file=None,
        webhook_urls="http://127.0.0.1:5678/webhook/x, https://n8n.example.org/y",
        webhook_secret=secret,
        **TELEGRAM,
    )

    assert len(settings.webhooks) == 2


def test_what_webhook_addresses_hold_is_a_secret():
    """The path of n8n's is all that it asks for; others have a password or a token."""
    settings = GatewaySettings(
        _env_file=None,
        webhook_urls="https://n8n:look-alike@n8n.example.org/webhook/3f2a-path?token=9c1b-query http://h/x",
        webhook_secret="a secret",
        **TELEGRAM,
    )
    said = f"{settings!r} POST {' '.join(settings.webhooks)} /webhook/3f2a-path 9c1b-query look-alike"
    for secret in settings.secrets():
        said = said.replace(secret, "***")

    for part in ("look-alike", "3f2a-path", "9c1b-query"):
        assert part not in repr(settings)
        assert part not in said


@pytest.mark.parametrize(
    ("groups", "missing"),
    [
        ("chantier=-5000000001,sav=-5000000003", "magasinier"),
        ("chantier=-5000000001,other=-5000000009", "sav, magasinier"),
        ("", "chantier, sav, magasinier"),
        (None, "chantier, sav, magasinier"),
    ],
)
def test_a_group_that_reports_go_to_has_to_be_named(groups: str | None, missing: str):
    """Its reports failed, one by one, after their photos were filed."""
    given = {**TELEGRAM, "telegram_groups": groups}
    if groups is None:
        del given["telegram_groups"]

    with pytest.raises(ValidationError) as refused:
        GatewaySettings(_env_file=None, **given)

    [line] = refused.value.errors()
    assert line["loc"] == ("telegram_groups",)
    assert f"no group is named {missing}:" in line["msg"]
