"""The catalogue's tables. The index holds nothing that could not be made again from them."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from chassis.database import AwareTime

metadata = MetaData()

documents = Table(
    "knowledge_documents",
    metadata,
    Column("document_id", String, primary_key=True),
    # What searches see; the job that made it has the same name.
    Column("version", String, nullable=False, unique=True),
    # With the rules of reading before it.
    Column("fingerprint", String, nullable=False),
    Column("source", String, nullable=False),
    Column("title", String, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("media_type", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("passages", Integer, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("indexed_at", AwareTime, nullable=False),
    Index("knowledge_documents_sha256", "sha256"),
    Index("knowledge_documents_source", "source"),
)

jobs = Table(
    "knowledge_jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String, nullable=False, unique=True),
    Column("document_id", String, nullable=False, index=True),
    # With the rules of reading before it.
    Column("fingerprint", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("upload", JSON, nullable=False),
    Column("pages_done", Integer, nullable=False),
    Column("pages", Integer, nullable=True),
    Column("last_error", Text, nullable=True),
    Column("created_at", AwareTime, nullable=False),
    Column("updated_at", AwareTime, nullable=False),
)

dismissals = Table(
    "knowledge_dismissals",
    metadata,
    # Failed jobs that need no more looking at.
    Column("job_id", String, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("dismissed_at", AwareTime, nullable=False),
)

contents = Table(
    "knowledge_contents",
    metadata,
    Column("version", String, primary_key=True),
    # What was read of the document: one block a line of JSON, compressed.
    Column("blocks", LargeBinary, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("media_type", String, nullable=False),
    Column("title", String, nullable=False),
    Column("notes", JSON, nullable=False),
)

leaving = Table(
    "knowledge_leaving",
    metadata,
    # Versions that no search sees any more and that an index may still hold.
    Column("version", String, primary_key=True),
)

used_keys = Table(
    "knowledge_used_keys",
    metadata,
    Column("key", String, primary_key=True),
    Column("document_id", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("used_at", AwareTime, nullable=False),
)

words = Table(
    "knowledge_words",
    metadata,
    Column("version", String, primary_key=True),
    Column("word", String, primary_key=True),
    Column("passages", Integer, nullable=False),
)

searches = Table(
    "knowledge_searches",
    metadata,
    Column("search_id", String, primary_key=True),
    Column("asked", Text, nullable=False),
    Column("asked_at", AwareTime, nullable=False, index=True),
    Column("confident", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    # Where the answer came from, best first: document, title, page and digest of each passage.
    Column("passages", JSON, nullable=False),
    Column("useful", Boolean, nullable=True, index=True),
)

state = Table(
    "knowledge_state",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
