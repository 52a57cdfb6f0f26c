"""The index in use and, while a new model's is being filled, the next one."""

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace

from contracts.errors import Unavailable
from knowledge.documents.contents import Contents
from knowledge.index.damage import IndexDamaged
from knowledge.index.homes import Home
from knowledge.index.passages import PassageIndex
from knowledge.models.embedding import Embedder

logger = logging.getLogger(__name__)

_NOTE = "index"
RULES = 9
"""Counts up when what is read is cut, weighed or labelled otherwise, so that indexes are made again from it."""


@dataclass(frozen=True, slots=True)
class IndexName:
    """
    Names one index by the model that its vectors are of; ``""`` and None for words alone.

    ``complete`` is false once passages were written while the model was not at hand; ``rules`` are those it was made by;
    ``counted`` is false until the catalogue counts its passages and words.
    """

    model: str = ""
    dimension: int | None = None
    generation: int = 0
    complete: bool = True
    rules: int = 0
    counted: bool = True

    def __str__(self) -> str:
        return f"{self.model or 'words'}-{self.generation}"


async def noted_name(contents: Contents) -> IndexName | None:
    """The index in use; None before the service first ran. What only a later version notes is passed over."""
    noted = await contents.noted(_NOTE)
    if noted is None:
        return None
    known = {field.name for field in fields(IndexName)}
    return IndexName(**{k: v for k, v in json.loads(noted).items() if k in known})


class Shelf:
    """
    Opens the indexes that the catalogue names.

    Args:
        home: Where they are.
        contents: Where the name of the one in use is noted.
        embedder: The model at hand; None for none.
    """

    def __init__(
        self, home: Home, contents: Contents, embedder: Embedder | None
    ) -> None:
        self._home = home
        self._contents = contents
        self._model = embedder
        self._name = IndexName()
        self._serving: PassageIndex | None = None
        self._retired: PassageIndex | None = None
        self.next: PassageIndex | None = None
        self._next_name = IndexName()
        self._noting = asyncio.Lock()
        """So that a note never forgets what another has changed meanwhile."""
        self.is_whole = False
        """The index in use was found to hold all that is published, and nothing was missed in it since."""

    @property
    def serving(self) -> PassageIndex:
        """The index that searches ask."""
        assert self._serving is not None, "the shelf is not open"
        return self._serving

    @property
    def embedder(self) -> Embedder | None:
        """The model of the index in use; None where that model is not at hand: search is by words alone."""
        return self._embedder_of(self._name)

    @property
    def next_embedder(self) -> Embedder | None:
        return self._embedder_of(self._next_name)

    @property
    def lost(self) -> asyncio.Event:
        """Set when an index lost what it held; whoever fills it again clears it."""
        return self._home.lost

    @property
    def name(self) -> str:
        return str(self._name)

    @property
    def counted(self) -> bool:
        """Whether the catalogue counts what the index in use holds, not what the one before held."""
        return self._name.counted

    async def open(self) -> None:
        """Open the index in use and, where the model at hand or the rules are others, the next."""
        noted = await noted_name(self._contents)
        if noted is None:
            await self._note(self._wanted())
        else:
            self._name = noted
        self._serving = await self._opened(self._name)
        if self._is_outdated():
            # By the rules too: what a filling by those of before has left is not gone on with.
            self._next_name = self._wanted(self._name.generation + 1 + RULES)
            self.next = await self._opened(self._next_name)
        kept = (self._name, self._next_name) if self.next else (self._name,)
        with suppress(Unavailable):  # a server that is away: at the next start
            await self._home.drop_all_but(frozenset(str(name) for name in kept))

    async def close(self) -> None:
        for index in (self._serving, self.next, self._retired):
            if index is not None:
                await index.close()

    async def switch(self) -> None:
        """
        Put the next index into use, not `counted` yet, once that is noted; until then it stays the next.

        Searches under way may still ask the one before.
        """
        assert self.next is not None
        async with self._noting:
            await self._note(replace(self._next_name, counted=False))
            self._retired, self._serving, self.next = self.serving, self.next, None

    async def was_counted(self) -> None:
        async with self._noting:
            await self._note(replace(self._name, counted=True))

    async def discard_retired(self) -> None:
        """Remove the index that was in use before, once nobody asks it any more."""
        if self._retired is not None:
            await self._retired.close()
            self._retired = None
        await self._home.drop_all_but(frozenset({str(self._name)}))

    async def wrote_without_model(self) -> None:
        """Remember that the index in use has passages without vectors of its model."""
        async with self._noting:
            if self._name.model and self._name.complete and self.embedder is None:
                await self._note(replace(self._name, complete=False))

    async def renew(self) -> None:
        """Begin anew, empty, what is damaged; what it held is written from the catalogue."""
        for index in filter(None, (self._serving, self.next)):
            await index.renew()

    async def _opened(self, name: IndexName) -> PassageIndex:
        """The index of that *name*; a damaged one is made anew, empty: what it held is written from the catalogue."""
        index = self._home.index(str(name), name.dimension)
        try:
            await index.open()
        except IndexDamaged as error:
            logger.exception(
                "an index is damaged, it is made again", extra={"detail": error.detail}
            )
            await index.renew()
        return index

    async def _note(self, name: IndexName) -> None:
        """On disk first: what a stop or a failure leaves unnoted must not be in use."""
        await self._contents.note(_NOTE, json.dumps(asdict(name)))
        self._name = name

    def _is_outdated(self) -> bool:
        """An index of a model is kept while none is at hand: it would lose its vectors."""
        name, model = self._name, self._model
        if model is None:
            return not name.model and name.rules != RULES
        return (name.model, name.complete, name.rules) != (model.name, True, RULES)

    def _wanted(self, generation: int = 0) -> IndexName:
        model = self._model
        if model is None:
            return IndexName(generation=generation, rules=RULES)
        return IndexName(model.name, model.dimension, generation, rules=RULES)

    def _embedder_of(self, name: IndexName) -> Embedder | None:
        model = self._model
        return model if model is not None and model.name == name.model else None
