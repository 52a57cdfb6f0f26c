import pytest
from pydantic import SecretStr

from chassis.settings import ServiceSettings


def test_a_setting_is_read_from_a_named_file(tmp_path, monkeypatch):
    (tmp_path / "key").write_text("look-alike-key-in-file\n", encoding="utf-8")
    monkeypatch.setenv("SERVICE_KEY_FILE", str(tmp_path / "key"))

    settings = ServiceSettings(_env_file=None)

    assert settings.service_key == SecretStr("look-alike-key-in-file")
    assert settings.secrets() == ("look-alike-key-in-file",)


def test_an_empty_variable_means_the_default(monkeypatch):
    monkeypatch.setenv("PORT", "")

    assert ServiceSettings(_env_file=None).port == 8000


def test_a_secret_is_not_in_the_settings_repr():
    assert "look-alike" not in repr(
        ServiceSettings(_env_file=None, service_key="look-alike-key")
    )


def test_a_named_file_may_stand_in_the_env_file(tmp_path):
    (tmp_path / "key").write_text("look-alike-key-in-file\n", encoding="utf-8")
    env_file = tmp_path / ".env"
    env_file.write_text(f"SERVICE_KEY_FILE={tmp_path / 'key'}\n", encoding="utf-8")

    settings = ServiceSettings(_env_file=env_file)

    assert settings.service_key == SecretStr("look-alike-key-in-file")


def test_a_named_file_that_is_missing_is_named_with_its_setting(tmp_path, monkeypatch):
    monkeypatch.setenv("SERVICE_KEY_FILE", str(tmp_path / "nope"))

    with pytest.raises(OSError, match="SERVICE_KEY_FILE"):
        ServiceSettings(_env_file=None)


def test_a_setting_is_read_from_a_credential_of_systemd(tmp_path, monkeypatch):
    (tmp_path / "etm_SERVICE_KEY").write_text("a-secret-of-systemd\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    settings = ServiceSettings()

    assert settings.service_key is not None
    assert settings.service_key.get_secret_value() == "a-secret-of-systemd"
