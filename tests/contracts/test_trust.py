"""Whose certificates are trusted."""

import asyncio
import os
import sys
from pathlib import Path

import certifi
import pytest

from tests.certificates import OwnCertificate

_ASK = """
import sys, httpx
from contracts.client import tls_context
print(httpx.get(sys.argv[1], verify=tls_context(), trust_env=False).text)
"""


@pytest.mark.parametrize("is_in_store", [True, False])
async def test_authority_in_the_systems_store_is_trusted_beside_the_known_ones(
    tmp_path: Path, is_in_store: bool
):
    """A firm's own Nextcloud or n8n: ``update-ca-certificates`` has to do, and Let's Encrypt goes on."""
    own = OwnCertificate.made(tmp_path)
    store = own.store if is_in_store else tmp_path / "nothing"
    trusted = {"SSL_CERT_FILE": certifi.where(), "SSL_CERT_DIR": str(store)}

    async with own.served() as url:
        asking = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            _ASK,
            url,
            env={**os.environ, **trusted},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await asking.communicate()

    assert said == (b"ok\n" if is_in_store else b"")
    assert (b"CERTIFICATE_VERIFY_FAILED" in complained) is not is_in_store
