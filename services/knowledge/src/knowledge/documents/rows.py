"""A row of the catalogue as the document that it tells of."""

from sqlalchemy import Row

from contracts.knowledge import FAULTS, Document
from knowledge.documents.uploads import Upload, is_outdated


def upload_of(row: Row[tuple[object, ...]]) -> Upload:
    """As if it were sent again."""
    return Upload(
        document_id=row.document_id,
        file="",
        name="",
        media_type=row.media_type,
        sha256=row.sha256,
        size_bytes=row.size_bytes,
        source=row.source,
        title=row.title,
        tags=tuple(row.tags),
        outcome=row.outcome,
    )


def document_of(row: Row[tuple[object, ...]]) -> Document:
    return Document(
        document_id=row.document_id,
        source=row.source,
        title=row.title,
        tags=tuple(row.tags),
        media_type=row.media_type,
        size_bytes=row.size_bytes,
        pages=row.pages,
        passages=row.passages,
        sha256=row.sha256,
        indexed_at=row.indexed_at,
        outcome=row.outcome,
        notes=tuple(row.notes),
        outdated=row.source != FAULTS and is_outdated(row.fingerprint),
    )
