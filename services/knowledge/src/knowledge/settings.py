"""What an admin may set; everything has a default that works on one machine without a network."""

from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr

from chassis.settings import ServiceSettings


class KnowledgeSettings(ServiceSettings):
    """With nothing set: SQLite and Qdrant Edge under ``data/knowledge``, lexical search, no rewriting."""

    port: int = Field(default=8003, ge=0, le=65535)
    knowledge_data_dir: Path | None = None
    """Where the embedded index, the catalogue and uploads under way are kept; ``DATA_DIR/knowledge`` when absent."""
    database_url: SecretStr | None = None
    """``postgresql://…`` for the catalogue; SQLite under the data folder when absent."""

    qdrant_url: HttpUrl | None = None
    """A Qdrant server or cluster in place of the embedded index."""
    qdrant_api_key: SecretStr | None = None
    qdrant_collection: str = "etm_passages"
    qdrant_shards: int = Field(default=1, ge=1, le=64)
    qdrant_replicas: int = Field(default=1, ge=1, le=16)

    knowledge_model: str = "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2"
    knowledge_model_dir: Path | None = None
    """A folder with ``model.onnx`` and ``tokenizer.json``; ``<data>/models/<model>`` when absent. Never downloaded here."""
    knowledge_reranker_dir: Path | None = None
    """A folder with a cross-encoder; no reranking when absent."""
    knowledge_threads: int = Field(default=0, ge=0, le=256)
    """So many runs of the embedding model at once, each of one thread; 0 for one a core, eight at most."""

    knowledge_dense_weight: float = Field(default=0.3, ge=0, le=1)
    """The share of meaning in a passage's score, of words the rest; more did no good with a multilingual model either."""

    knowledge_max_bytes: int = Field(default=200 * 1024 * 1024, ge=1)
    knowledge_max_pages: int = Field(default=5000, ge=1)
    knowledge_reserve_bytes: int = Field(default=256 * 1024 * 1024, ge=0)
    """Of the disk, that indexing leaves free: a full one would end the service, whose index is mapped into memory."""
    knowledge_reader_memory_bytes: int = Field(default=1024 * 1024 * 1024, ge=2**27)
    knowledge_reader_timeout_s: float = Field(default=1800, gt=0)
    """For how long one document may be read; a scanned page takes about 2 s, one that lies askew twice that."""

    ollama_url: HttpUrl | None = None
    ollama_model: str = ""
    llm_url: HttpUrl | None = None
    """An OpenAI-compatible server, up to and with ``/v1``."""
    llm_model: str = ""
    llm_api_key: SecretStr | None = None
    knowledge_rewrite_timeout_s: float = Field(default=20, gt=0)
    """How long ``rewrite=auto`` waits for the model before the passages are the answer."""

    @property
    def folder(self) -> Path:
        return self.knowledge_data_dir or self.data_dir / "knowledge"

    @property
    def tables(self) -> tuple[Path, ...]:
        return () if self.database_url else (self.folder / "knowledge.sqlite",)

    @property
    def model_folder(self) -> Path:
        return self.knowledge_model_dir or (
            self.folder / "models" / self.knowledge_model.replace("/", "--")
        )
