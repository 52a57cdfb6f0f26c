"""The peer's RSA key: made at first use, exported as PEM, never written into the source."""

import base64
import functools
import math
import secrets
from dataclasses import dataclass
from hashlib import sha1

from pyrogram.raw.core.primitives import Bytes

PUBLIC_EXPONENT = 65537
_SMALL_PRIMES = [
    n for n in range(3, 2000, 2) if all(n % d for d in range(3, math.isqrt(n) + 1, 2))
]


@dataclass(frozen=True, slots=True)
class ServerKey:
    """A 2048-bit RSA key as Telegram's servers have one."""

    modulus: int
    private_exponent: int

    @property
    def fingerprint(self) -> int:
        """Lower 64 bits of SHA-1 over the key's TL strings, signed. Source: core.telegram.org/mtproto/auth_key."""
        digest = sha1(
            Bytes(_big_endian(self.modulus)) + Bytes(_big_endian(PUBLIC_EXPONENT))
        ).digest()
        return int.from_bytes(digest[-8:], "little", signed=True)

    @property
    def public_pem(self) -> str:
        """PKCS#1 (RFC 8017 A.1.1), the form in which Telegram publishes its own keys."""
        body = base64.b64encode(_der_sequence(self.modulus, PUBLIC_EXPONENT)).decode()
        lines = [body[i : i + 64] for i in range(0, len(body), 64)]
        return "\n".join(
            [
                "-----BEGIN RSA PUBLIC KEY-----",
                *lines,
                "-----END RSA PUBLIC KEY-----",
                "",
            ]
        )

    def decrypt(self, encrypted: bytes) -> bytes:
        """Undo the client's RSA: 255 bytes, SHA-1 first, then the data and its padding."""
        return pow(
            int.from_bytes(encrypted, "big"), self.private_exponent, self.modulus
        ).to_bytes(256, "big")[1:]


@functools.cache
def process_key() -> ServerKey:
    """Make the key that every peer of this process shares unless its state holds another."""
    p, q = _prime(1024), _prime(1024)
    return ServerKey(p * q, pow(PUBLIC_EXPONENT, -1, math.lcm(p - 1, q - 1)))


def small_prime_pair() -> tuple[int, int]:
    """Two primes whose product the client has to factor, the smaller first."""
    p, q = _prime(24), _prime(24)
    return (p, q) if p < q else (q, p) if q < p else small_prime_pair()


def _prime(bits: int) -> int:
    while True:
        candidate = secrets.randbits(bits) | (3 << (bits - 2)) | 1
        if all(candidate % small for small in _SMALL_PRIMES) and _probably_prime(
            candidate
        ):
            return candidate


def _probably_prime(number: int) -> bool:
    """Miller-Rabin."""
    twos = ((number - 1) & -(number - 1)).bit_length() - 1
    odd = (number - 1) >> twos
    for _ in range(8):
        witness = pow(secrets.randbelow(number - 3) + 2, odd, number)
        if witness in {1, number - 1}:
            continue
        if not any(
            (witness := witness * witness % number) == number - 1
            for _ in range(twos - 1)
        ):
            return False
    return True


def _big_endian(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _der_sequence(*numbers: int) -> bytes:
    integers = b"".join(
        _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
        for number in numbers
    )
    return _der(0x30, integers)


def _der(tag: int, content: bytes) -> bytes:
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = _big_endian(len(content))
    return bytes([tag, 0x80 | len(length)]) + length + content
