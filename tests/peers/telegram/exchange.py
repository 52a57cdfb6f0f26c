"""How a client without an authorization key gets one. Source: core.telegram.org/mtproto/auth_key."""

import secrets
import time
from hashlib import sha1
from io import BytesIO
from typing import Any

from pyrogram import raw
from pyrogram.crypto import aes, prime
from pyrogram.raw.core import TLObject

from .keys import ServerKey, small_prime_pair

_GENERATOR = 3
_SECRET_BITS = 256
"""Enough for a peer that keeps no secrets: Telegram's 2048 take ten times as long, at each log-in."""


class KeyExchange:
    """One exchange on one connection; three requests, then ``auth_key`` (256 bytes) and ``salt`` are there."""

    def __init__(self, key: ServerKey) -> None:
        self._key = key
        self._server_nonce = secrets.token_bytes(16)
        self._new_nonce = b""
        self._secret = 0
        self.auth_key: bytes | None = None
        self.salt = 0

    def answer(self, request: bytes) -> bytes:
        """Answer one unencrypted request."""
        query: Any = TLObject.read(BytesIO(request))
        answers = {
            raw.functions.ReqPqMulti: self._req_pq_multi,
            raw.functions.ReqDHParams: self._req_dh_params,
            raw.functions.SetClientDHParams: self._set_client_dh_params,
        }
        answer: bytes = answers[type(query)](query).write()
        return answer

    def _req_pq_multi(self, query: Any) -> Any:
        p, q = small_prime_pair()
        return raw.types.ResPQ(
            nonce=query.nonce,
            server_nonce=_signed(self._server_nonce),
            pq=(p * q).to_bytes(8, "big"),
            server_public_key_fingerprints=[self._key.fingerprint],
        )

    def _req_dh_params(self, query: Any) -> Any:
        inner: Any = TLObject.read(
            BytesIO(self._key.decrypt(query.encrypted_data)[20:])
        )
        self._new_nonce = inner.new_nonce.to_bytes(32, "little", signed=True)
        self._secret = secrets.randbits(_SECRET_BITS)
        answer = raw.types.ServerDHInnerData(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            g=_GENERATOR,
            dh_prime=prime.CURRENT_DH_PRIME.to_bytes(256, "big"),
            g_a=pow(_GENERATOR, self._secret, prime.CURRENT_DH_PRIME).to_bytes(
                256, "big"
            ),
            server_time=int(time.time()),
        ).write()
        hashed = sha1(answer).digest() + answer
        padded = hashed + secrets.token_bytes(-len(hashed) % 16)
        return raw.types.ServerDHParamsOk(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            encrypted_answer=aes.ige256_encrypt(padded, *self._temporary_aes()),
        )

    def _set_client_dh_params(self, query: Any) -> Any:
        inner: Any = TLObject.read(
            BytesIO(
                aes.ige256_decrypt(query.encrypted_data, *self._temporary_aes())[20:]
            )
        )
        g_b = int.from_bytes(inner.g_b, "big")
        self.auth_key = pow(g_b, self._secret, prime.CURRENT_DH_PRIME).to_bytes(
            256, "big"
        )
        self.salt = _signed(aes.xor(self._new_nonce[:8], self._server_nonce[:8]))
        key_hash = sha1(
            self._new_nonce + b"\x01" + sha1(self.auth_key).digest()[:8]
        ).digest()
        return raw.types.DhGenOk(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            new_nonce_hash1=_signed(key_hash[4:20]),
        )

    def _temporary_aes(self) -> tuple[bytes, bytes]:
        new, server = self._new_nonce, self._server_nonce
        mixed = sha1(server + new).digest()
        return sha1(new + server).digest() + mixed[:12], mixed[12:] + sha1(
            new + new
        ).digest() + new[:4]


def _signed(number: bytes) -> int:
    return int.from_bytes(number, "little", signed=True)
