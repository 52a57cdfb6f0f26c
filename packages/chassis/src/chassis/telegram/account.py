"""Which bot, and on which MTProto server."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, SecretStr, field_validator, model_validator
from pyrogram.crypto.rsa import PublicKey

from chassis.settings import ServiceSettings


@dataclass(frozen=True)
class Server:
    """Another MTProto server than Telegram's: for tests and the demo."""

    host: str
    port: int
    key: PublicKey

    @property
    def fingerprint(self) -> int:
        """
        The 64-bit name of the key, signed as in the table of known keys.

        Source: core.telegram.org/mtproto/auth_key, "server_public_key_fingerprint".
        """
        modulus, exponent = (
            _tl_bytes(number.to_bytes((number.bit_length() + 7) // 8, "big"))
            for number in (self.key.m, self.key.e)
        )
        digest = hashlib.sha1(modulus + exponent, usedforsecurity=False).digest()
        return int.from_bytes(digest[-8:], "little", signed=True)

    @classmethod
    def parse(cls, address: str, key: str) -> Self:
        """
        Read ``host:port`` and an RSA public key: PEM text, or the path of a PEM file.

        Raises:
            ValueError: One of the two is neither.
        """
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"TELEGRAM_SERVER is host:port, not {address!r}")
        return cls(host.strip("[]"), int(port), _rsa_key(_pem(key)))


class TelegramAccount(BaseModel, frozen=True, arbitrary_types_allowed=True):
    """One bot on one server."""

    api_id: int
    api_hash: SecretStr
    bot_token: SecretStr
    server: Server | None = None

    @property
    def session_name(self) -> str:
        """Names the session file: keys and update counters of one server mean nothing to another."""
        bot_id = self.bot_token.get_secret_value().partition(":")[0]
        if self.server is None:
            return f"bot{bot_id}"
        return f"bot{bot_id}-{self.server.fingerprint & 0xFFFFFFFF:08x}"


class TelegramSettings(ServiceSettings):
    """The settings of a service that speaks to Telegram. ``TELEGRAM_GROUPS`` reads ``chantier=-5000000001,sav=…``."""

    telegram_api_id: int
    telegram_api_hash: SecretStr
    telegram_bot_token: SecretStr
    telegram_server: str | None = None
    telegram_server_key: str | None = None
    telegram_groups: str = ""

    @field_validator("telegram_groups")
    @classmethod
    def _groups_parse(cls, groups: str) -> str:
        parsed_groups(groups)
        return groups

    @model_validator(mode="after")
    def _server_parses(self) -> Self:
        self._server()
        return self

    @property
    def groups(self) -> dict[str, int]:
        """The configured groups: name to chat id."""
        return parsed_groups(self.telegram_groups)

    @property
    def account(self) -> TelegramAccount:
        """The account these settings describe."""
        return TelegramAccount(
            api_id=self.telegram_api_id,
            api_hash=self.telegram_api_hash,
            bot_token=self.telegram_bot_token,
            server=self._server(),
        )

    def _server(self) -> Server | None:
        if not self.telegram_server:
            return None
        if not self.telegram_server_key:
            raise ValueError("TELEGRAM_SERVER needs its TELEGRAM_SERVER_KEY")
        return Server.parse(self.telegram_server, self.telegram_server_key)


def parsed_groups(groups: str) -> dict[str, int]:
    """
    Read ``name=chat_id,…``.

    Raises:
        ValueError: A part reads otherwise.
    """
    pairs = (part.strip() for part in groups.split(",") if part.strip())
    return dict(_parsed_group(pair) for pair in pairs)


def _parsed_group(pair: str) -> tuple[str, int]:
    named = re.fullmatch(r"([^=]+?)\s*=\s*(-\d+)", pair)
    if named is None:
        raise ValueError(f"a group is name=chat_id with a negative id, not {pair!r}")
    return named[1], int(named[2])


def _tl_bytes(value: bytes) -> bytes:
    """Source: core.telegram.org/mtproto/serialize, "Base types": a length of 254 and more takes 4 bytes."""
    head = (
        bytes([len(value)])
        if len(value) < 254
        else b"\xfe" + len(value).to_bytes(3, "little")
    )
    return head + value + bytes(-(len(head) + len(value)) % 4)


def _pem(key: str) -> str:
    if "-----BEGIN" in key:
        return key.replace("\\n", "\n")  # as one line of an .env file
    try:
        return Path(key).read_text(encoding="ascii")
    except OSError as error:
        raise ValueError(f"TELEGRAM_SERVER_KEY: {error}") from error


def _rsa_key(pem: str) -> PublicKey:
    """Read PKCS #1 (``RSA PUBLIC KEY``) or SubjectPublicKeyInfo (``PUBLIC KEY``). Source: RFC 8017 §A.1.1, RFC 5280."""
    lines = [line for line in pem.split("\n") if line and not line.startswith("-----")]
    body, _ = _der(base64.b64decode("".join(lines)), 0x30)
    if body[0] == 0x30:
        _algorithm, rest = _der(body, 0x30)
        bits, _ = _der(rest, 0x03)
        body, _ = _der(bits[1:], 0x30)
    modulus, rest = _der(body, 0x02)
    exponent, _ = _der(rest, 0x02)
    return PublicKey(int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big"))


def _der(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Split the value of *data*'s first element, which must have *tag*, from what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("TELEGRAM_SERVER_KEY is not a PEM RSA public key")
    size, start = data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    return data[start : start + size], data[start + size :]
