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
