"""``Idempotency-Key``: one key is for one document; with another body it gets 422."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.database import inserted
from contracts.errors import Rejected
from knowledge.documents.tables import used_keys
from knowledge.documents.uploads import Upload

KEPT = timedelta(days=7)


class UsedKeys:
    """
    The table of keys.

    The answer itself is not kept: the same content again is answered by how far its document is.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def use(self, key: str, upload: Upload) -> None:
        """
        Note that *key* is for *upload*.

        Raises:
            Rejected: It is for another one.
        """
        row = {
            "key": key,
            "document_id": upload.document_id,
            "fingerprint": upload.fingerprint,
            "used_at": datetime.now(UTC),
        }
        async with self._engine.begin() as connection:
            old = used_keys.c.used_at < datetime.now(UTC) - KEPT
            await connection.execute(delete(used_keys).where(old))
            fresh = inserted(connection, used_keys).values(**row)
            await connection.execute(fresh.on_conflict_do_nothing())
            query = select(used_keys).where(used_keys.c.key == key)
            known = (await connection.execute(query)).one()
        if (known.document_id, known.fingerprint) != (
            upload.document_id,
            upload.fingerprint,
        ):
            raise Rejected(
                "This Idempotency-Key was used with another body. Use a new key for a new document.",
                code="idempotency_key_reused",
            )
