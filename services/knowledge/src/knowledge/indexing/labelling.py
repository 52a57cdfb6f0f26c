"""What a passage is filtered and boosted by: where it is from, its brands, kinds, models and codes."""

from knowledge.index.passages import label
from knowledge.indexing.origins import Origin
from knowledge.words.codes import asked_codes, called_codes
from knowledge.words.devices import (
    brands_in,
    is_device,
    models_in,
    models_in_document,
)
from knowledge.words.kinds import FAULT, REPORT, kinds_in, tells_faults


class Labeller:
    """
    Labels the passages of one document.

    Args:
        origin: The document.
        brands: Those that it is about; every passage carries them.
        kinds: Those of device; where it is about none, each passage carries those that it names.
    """

    def __init__(
        self, origin: Origin, brands: tuple[str, ...], kinds: tuple[str, ...]
    ) -> None:
        self._origin = origin
        self._brands = brands
        self._kinds = kinds
        self._title_codes = frozenset(asked_codes(origin.title).certain)
        self._title_models = tuple(
            name for name in models_in(origin.title) if name not in self._title_codes
        )
        # A manual is titled by its device, a past fault by its code as well.
        self._devices = frozenset(() if REPORT in kinds else self._title_models)

    def labels(
        self, section: str, text: str, codes: frozenset[str], entries: frozenset[str]
    ) -> tuple[str, ...]:
        """Label a passage that has *codes*, and explains those of them that are *entries*."""
        origin, kinds = self._origin, self._kinds
        said = f"{section} {text}"
        if kinds in {(), (REPORT,)}:
            kinds = (*kinds, *kinds_in(said))
        if tells_faults(section.rpartition(" > ")[2]):
            kinds = (*kinds, FAULT)
        brands = dict.fromkeys((*self._brands, *brands_in(said)))
        models = dict.fromkeys(
            (*self._title_models, *models_in_document(f"{section} . {text}"))
        )
        codes = frozenset(code for code in codes if self._is_code(code))
        guessed = codes - entries
        if guessed:  # to look for what calls them codes takes time
            guessed -= called_codes(f"{section}\n{text}")
        return (
            label("version", origin.version),
            label("source", origin.source),
            *(label("tag", tag) for tag in origin.tags),
            *(label("brand", brand) for brand in brands),
            *(label("kind", kind) for kind in dict.fromkeys(kinds)),
            *(label("code", code) for code in sorted(codes)),
            *(label("entry", code) for code in sorted(entries)),
            *(label("guessed", code) for code in sorted(guessed)),
            *(label("model", model) for model in models),
        )

    def _is_code(self, code: str) -> bool:
        return not is_device(code) and code not in self._devices
