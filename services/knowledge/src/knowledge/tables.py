"""The catalogue's tables. The index holds nothing that could not be made again from them."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

documents = Table(
    "documents",
    metadata,
    Column("document_id", String, primary_key=True),
    # The version that searches see; null until the first one is complete.
    Column("version", String, nullable=True),
    Column("fingerprint", String, nullable=False, default=""),
    Column("source", String, nullable=False),
    Column("title", String, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("outcome", String, nullable=False, default=""),
    Column("media_type", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("pages", Integer, nullable=False, default=0),
    Column("passages", Integer, nullable=False, default=0),
    Column("brands", JSON, nullable=False),
    Column("notes", JSON, nullable=False),
    Column("indexed_at", DateTime(timezone=True), nullable=True),
    Index("documents_sha256", "sha256"),
    Index("documents_source", "source"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    # One job makes one version, and both have one name.
    Column("job_id", String, nullable=False, unique=True),
    Column("document_id", String, nullable=False, index=True),
    Column("fingerprint", String, nullable=False),
    Column("status", String, nullable=False, index=True),
    Column("request", JSON, nullable=False),
    Column("pages_done", Integer, nullable=False, default=0),
    Column("pages", Integer, nullable=True),
    Column("last_error", Text, nullable=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

contents = Table(
    "contents",
    metadata,
    Column("version", String, primary_key=True),
    # What was read of the document: one block a line of JSON, compressed.
    Column("blocks", LargeBinary, nullable=False),
)

leaving = Table(
    "leaving",
    metadata,
    # Versions that no search sees any more and that the index may still hold.
    Column("version", String, primary_key=True),
)

words = Table(
    "words",
    metadata,
    Column("version", String, primary_key=True),
    Column("word", String, primary_key=True),
    Column("passages", Integer, nullable=False),
)

searches = Table(
    "searches",
    metadata,
    Column("search_id", String, primary_key=True),
    Column("asked", Text, nullable=False),
    Column("asked_at", DateTime(timezone=True), nullable=False, index=True),
    Column("confident", Boolean, nullable=False),
    Column("score", Float, nullable=False),
    # Where the answer came from: document, page and position of each passage.
    Column("passages", JSON, nullable=False),
    Column("useful", Boolean, nullable=True, index=True),
)

state = Table(
    "state",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", String, nullable=False),
)
