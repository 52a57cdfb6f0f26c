"""An ONNX model in a folder, run here: texts as rows. Nothing here ever asks a model hub."""

import os
from collections.abc import Sequence
from itertools import chain, islice
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from knowledge.models.folder import (
    ModelCard,
    card_in,
    fingerprint,
    model_file,
    runnable,
    window_in,
)
from knowledge.words.folding import words_of

if TYPE_CHECKING:
    from fastembed import TextEmbedding
    from numpy.typing import NDArray

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


class Model:
    """
    The model in *folder*, run by fastembed in the caller's thread.

    Args:
        folder: As `docs/knowledge.md` describes it.

    Raises:
        Rejected: The folder does not hold a model that can be run.
    """

    def __init__(self, folder: Path) -> None:
        with runnable(folder):
            self._open(folder)

    def _open(self, folder: Path) -> None:
        self._card = card_in(folder)
        self._model = _loaded(folder, self._card)
        self._tokenizer = cast("Any", self._model.model).tokenizer
        if window := window_in(folder, self._card):
            self._tokenizer.enable_truncation(window)
        self._room = self._left_for_text()
        self._tokens_per_word = len(self._tokens(_MANUAL)) / len(words_of(_MANUAL))
        self.name = fingerprint(folder, self._card)
        self.dimension, self.floor = self._measured()

    def _left_for_text(self) -> int:
        """How many tokens of a text are read at once, besides what is always there."""
        prefixes = (self._card.query_prefix, self._card.passage_prefix)
        window: int = self._tokenizer.truncation["max_length"]
        window -= self._tokenizer.num_special_tokens_to_add(is_pair=False)
        return max(1, window - max(len(self._tokens(prefix)) for prefix in prefixes))

    def _measured(self) -> tuple[int, float]:
        """Size and floor. As the model gets them: E5 finds two passages much more alike than a question and its answer."""
        asked = self.asked([question for question, _ in _PAIRS])
        told = self.told([passage for _, passage in _PAIRS])
        cosines = [
            sum(a * b for a, b in zip(question, passage, strict=True))
            for place, question in enumerate(asked)
            for other, passage in enumerate(told)
            if other != place
        ]
        return len(asked[0]), max(0.0, sum(cosines) / len(cosines))

    def asked(self, questions: Sequence[str]) -> list[list[float]]:
        """Embed *questions*."""
        return self._run(self._card.query_prefix, questions)

    def told(self, passages: Sequence[str]) -> list[list[float]]:
        """Embed *passages*."""
        return self._run(self._card.passage_prefix, passages)

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

    def _run(self, prefix: str, texts: Sequence[str]) -> list[list[float]]:
        """Embed *texts*; the row of one that is longer than the model reads at once is the mean of its parts'."""
        parts = [self._parts(text) for text in texts]
        read = [prefix + part for part in chain.from_iterable(parts)]
        rows = self._model.embed(read, len(read))
        return [_mean(list(islice(rows, len(of_one)))) for of_one in parts]

    def _parts(self, text: str) -> list[str]:
        """*text* in as few parts as the model can read, of like length."""
        if len(text.encode()) <= self._room:  # no token is shorter than a byte
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
