"""Texts as dense vectors, by an ONNX model in a folder. Nothing here ever asks a model hub."""

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from knowledge.models.folder import (
    ModelCard,
    card_in,
    fingerprint,
    model_file,
    runnable,
)
from knowledge.words.folding import words_of

if TYPE_CHECKING:
    from fastembed import TextEmbedding
    from numpy.typing import NDArray

BATCH = 32
RUN_CHARS = 1000
"""
Of one run of the model, three sentences or so. What attention needs grows with the run's width squared, and is kept:
two runs of 4,000 at once took 87 MB, of 1,000 18, and those were the quicker ones (MiniLM, int8, two cores).
"""
MOST_THREADS = 8
"""Each at work on a run takes memory of its own."""
QUESTIONS = 8
"""So many questions are embedded together at most."""
_PAIRS = (
    (
        "l'onduleur signale un défaut d'isolement côté panneaux",
        "La résistance d'isolement du champ photovoltaïque est trop faible.",
    ),
    (
        "la PAC ne chauffe plus, pompe de circulation coincée",
        "Le circulateur de la pompe à chaleur est bloqué par de la boue.",
    ),
    (
        "carte refusée par la borne",
        "Un badge RFID inconnu a été présenté à la borne de recharge.",
    ),
    (
        "combien de caractères pour la clé wifi",
        "Le mot de passe du réseau sans fil doit compter huit caractères.",
    ),
    (
        "quand commence la garantie",
        "La garantie court à partir de la date d'achat de l'appareil.",
    ),
    (
        "serrage des vis du rail",
        "Serrer les vis du rail de fixation au couple indiqué.",
    ),
    (
        "batterie qui se coupe quand elle est presque vide",
        "La batterie s'arrête lorsque son niveau de charge est trop bas.",
    ),
    (
        "où poser la sonde extérieure",
        "Le capteur de température extérieure est posé au nord.",
    ),
)
"""A question as it is typed and a passage about the same thing; no two pairs about one."""

_MANUAL = (
    "Contrôler le disjoncteur différentiel du coffret avant la remise en service. 475 : défaut d'isolement, l'onduleur n'injecte plus ;"
    " mesurer la résistance entre les modules photovoltaïques et la terre (500 kΩ au moins). Serrer les bornes à 1,8 Nm."
    " Purger le circuit de chauffage, puis nettoyer le filtre du circulateur."
)
"""As manuals say it: an English model makes two tokens of a word, one that knows French fewer."""


class Embedder(Protocol):
    """Texts in, vectors of unit length out. ``name`` changes whenever the vectors would."""

    name: str
    dimension: int
    floor: float
    """The cosine that a question has with a passage about another thing in this model; the mean of some."""

    def words(self, text: str) -> int:
        """How long *text* is: its tokens, in French words of so many."""
        ...

    async def embed_query(self, text: str) -> list[float]: ...

    async def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed *texts*: shape ``(len(texts), dimension)``."""
        ...


class FolderEmbedder:
    """
    The model in *folder*, run by fastembed on this machine.

    A run has one thread, and passages are embedded in several runs at once: beside onnxruntime's own threads, which share
    the work of one run and wait for one another, a question took 1.5 ms in place of 1.75 and a passage 5.9 in place of 7.3.

    Args:
        folder: As `docs/knowledge.md` describes it.
        threads: So many runs of passages at once; 0 for one a core, `MOST_THREADS` at most.

    Raises:
        Rejected: The folder does not hold a model that can be run.
    """

    def __init__(self, folder: Path, threads: int = 0) -> None:
        with runnable(folder):
            self._open(folder)
        self._most = threads or min(os.cpu_count() or 1, MOST_THREADS)
        self._runs = ThreadPoolExecutor(self._most, "embedding")

    def _open(self, folder: Path) -> None:
        self._card = card_in(folder)
        self._model = _loaded(folder, self._card)
        self._tokenizer = cast("Any", self._model.model).tokenizer
        if self._card.max_tokens:
            self._tokenizer.enable_truncation(self._card.max_tokens)
        self._room = self._left_for_text(self._card)
        self._tokens_per_word = len(self._tokens(_MANUAL)) / len(words_of(_MANUAL))
        self._asked: list[tuple[str, asyncio.Future[list[float]]]] = []
        self._answering: set[asyncio.Task[None]] = set()
        self.name = fingerprint(folder, self._card)
        self.dimension, self.floor = self._measured(self._card)

    def _left_for_text(self, card: ModelCard) -> int:
        """How many tokens of a text are read at once, besides what is always there."""
        prefixes = (card.query_prefix, card.passage_prefix)
        window: int = self._tokenizer.truncation["max_length"]
        window -= self._tokenizer.num_special_tokens_to_add(is_pair=False)
        return max(1, window - max(len(self._tokens(prefix)) for prefix in prefixes))

    def _measured(self, card: ModelCard) -> tuple[int, float]:
        """Size and floor. As the model gets them: E5 finds two passages much more alike than a question and its answer."""
        asked = self._run(card.query_prefix, [question for question, _ in _PAIRS])
        told = self._run(card.passage_prefix, [passage for _, passage in _PAIRS])
        cosines = [
            sum(a * b for a, b in zip(question, passage, strict=True))
            for place, question in enumerate(asked)
            for other, passage in enumerate(told)
            if other != place
        ]
        return len(asked[0]), max(0.0, sum(cosines) / len(cosines))

    def words(self, text: str) -> int:
        """How long *text* is: its tokens, in French words of so many, as an English model makes two of what a French one makes one of."""
        return ceil(len(self._tokens(text)) / self._tokens_per_word)

    def _tokens(self, text: str) -> list[tuple[int, int]]:
        """From where to where each is in *text*, the padding of what is over the model's window left out."""
        encoded = self._tokenizer.encode(text, add_special_tokens=False)
        return [
            span
            for window in (encoded, *encoded.overflowing)
            for span, counts in zip(window.offsets, window.attention_mask, strict=True)
            if counts
        ]

    async def embed_query(self, text: str) -> list[float]:
        """Embed one question; those that come while all threads are at work are embedded together."""
        asked = asyncio.get_running_loop().create_future()
        self._asked.append((text, asked))
        if len(self._answering) < self._most:
            self._answering.add(asyncio.create_task(self._answer()))
        row: list[float] = await asked
        return row

    async def _answer(self) -> None:
        while self._asked:
            batch, self._asked = self._asked[:QUESTIONS], self._asked[QUESTIONS:]
            try:
                questions = [text for text, _ in batch]
                rows = await asyncio.to_thread(
                    self._run, self._card.query_prefix, questions
                )
            except Exception as error:  # noqa: BLE001 - whoever asked gets it
                for _, asked in batch:
                    if not asked.done():
                        asked.set_exception(error)
                continue
            for (_, asked), row in zip(batch, rows, strict=True):
                if not asked.done():  # its caller may have left
                    asked.set_result(row)
        # At once: who asks after this has it done by another task.
        self._answering.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def embed_passages(self, texts: Sequence[str]) -> list[list[float]]:
        """Embed passages, the longest first, in runs of bounded size: a run is as wide as its longest text."""
        places = sorted(range(len(texts)), key=lambda place: -len(texts[place]))
        runs = []
        while places:
            count = max(1, RUN_CHARS // max(1, len(texts[places[0]])))
            run, places = places[:count], places[count:]
            runs.append(self._in_turn(texts, run))
        rows: dict[int, list[float]] = {}
        for embedded in await asyncio.gather(*runs):
            rows |= embedded
        return [rows[place] for place in range(len(texts))]

    async def _in_turn(
        self, texts: Sequence[str], places: Sequence[int]
    ) -> dict[int, list[float]]:
        run = [texts[place] for place in places]
        rows = await asyncio.get_running_loop().run_in_executor(
            self._runs, self._run, self._card.passage_prefix, run
        )
        return dict(zip(places, rows, strict=True))

    def _run(self, prefix: str, texts: list[str]) -> list[list[float]]:
        """Embed *texts*; the row of one that is longer than the model reads at once is the mean of its parts'."""
        parts = [self._parts(text) for text in texts]
        read = [prefix + part for part in chain.from_iterable(parts)]
        rows = self._model.embed(read, len(read))
        return [_mean(list(islice(rows, len(of_one)))) for of_one in parts]

    def _parts(self, text: str) -> list[str]:
        """*text* in as few parts as the model can read, of like length."""
        if len(text) <= self._room:  # no token is shorter than a character
            return [text]
        tokens = self._tokens(text)
        if len(tokens) <= self._room:
            return [text]
        each = ceil(len(tokens) / ceil(len(tokens) / self._room))
        return [
            text[tokens[at][0] : tokens[min(at + each, len(tokens)) - 1][1]]
            for at in range(0, len(tokens), each)
        ]


def _mean(rows: "list[NDArray[Any]]") -> list[float]:
    """What several rows say together, of unit length."""
    if len(rows) == 1:
        return cast("list[float]", rows[0].tolist())
    whole = sum(rows[1:], rows[0])
    return cast("list[float]", (whole / (whole @ whole) ** 0.5).tolist())


def _loaded(folder: Path, card: ModelCard) -> "TextEmbedding":
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Late: it costs 100 MB that a service without a model does not need.
    from fastembed import TextEmbedding  # noqa: PLC0415
    from fastembed.common.model_description import (  # noqa: PLC0415
        ModelSource,
        PoolingType,
    )

    weights = model_file(folder)
    name = f"folder/{fingerprint(folder, card)}"
    if name not in {known["model"] for known in TextEmbedding.list_supported_models()}:
        TextEmbedding.add_custom_model(
            model=name,
            pooling=PoolingType(card.pooling.upper()),
            normalization=card.normalize,
            sources=ModelSource(url="http://localhost/none"),
            dim=1,
            model_file=weights,
        )
    return TextEmbedding(name, specific_model_path=str(folder), threads=1)
