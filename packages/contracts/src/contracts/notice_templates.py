"""The notices that have a name: what each wants to know. The notifier makes the text of it."""

from collections.abc import Mapping
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from contracts.actions import Action
from contracts.texts import PlainText

MAX_NAME = 500
"""Characters of a technician's and of a chantier's name."""


class _ReportData(BaseModel):
    """Of a report: who, where, how many files, and below which ``folder`` of Nextcloud they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    technician: PlainText = Field(max_length=MAX_NAME, examples=["Jean Keller"])
    chantier: PlainText = Field(min_length=1, max_length=MAX_NAME, examples=["Müller"])
    photos: int = Field(default=0, ge=0, le=10_000)
    videos: int = Field(default=0, ge=0, le=10_000)
    documents: int = Field(default=0, ge=0, le=10_000)
    folder: PlainText = Field(default="", max_length=4000, validate_default=True)

    @field_validator("folder")
    @classmethod
    def _says_where(cls, folder: str, info: ValidationInfo) -> str:
        if not folder and any(
            info.data.get(kind) for kind in ("photos", "videos", "documents")
        ):
            raise ValueError("say in which folder of Nextcloud the files are")
        return folder.strip("/")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each file."""
        return (
            *("photo",) * self.photos,
            *("video",) * self.videos,
            *("document",) * self.documents,
        )


class FinData(_ReportData):
    """*Fin de chantier*: with how many photos; 0 says that they were deleted before they could be filed."""

    photos: int = Field(ge=0, le=10_000, examples=[6])


class SavData(_ReportData):
    """*Alerte SAV*: what is broken."""

    description: PlainText = Field(
        min_length=1, examples=["onduleur Fronius affiche erreur 567"]
    )

    @field_validator("description")
    @classmethod
    def _says_what(cls, description: str) -> str:
        if not description.strip():
            raise ValueError("say what is broken")
        return description


class MaterielData(_ReportData):
    """*Matériel manquant*: what is missing, an entry an item."""

    items: tuple[PlainText, ...] = Field(
        examples=[["cuivre 28mm", "disconnecteur"]], json_schema_extra={"minItems": 1}
    )

    @field_validator("items")
    @classmethod
    def _without_empty_ones(cls, items: tuple[str, ...]) -> tuple[str, ...]:
        said = tuple(item for item in items if item.strip())
        if not said:
            raise ValueError("give at least one item that is missing")
        return said


TemplateData: TypeAlias = FinData | SavData | MaterielData

DATA_OF: Mapping[Action, type[FinData] | type[SavData] | type[MaterielData]] = {
    Action.FIN: FinData,
    Action.SAV: SavData,
    Action.MATERIEL: MaterielData,
}
