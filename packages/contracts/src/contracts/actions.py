"""The three things that technicians report, and where each is filed: docs/decisions/0004-one-folder-rule.md"""

from datetime import datetime
from enum import StrEnum
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from contracts.names import safe_name

PARIS = ZoneInfo("Europe/Paris")
CHANTIERS = PurePosixPath("Chantiers")
PHOTOS_FOLDER = "30_Photos_Chantier"


class Action(StrEnum):
    """The values are the callback data of the menu's buttons."""

    FIN = "fin"
    SAV = "sav"
    MATERIEL = "materiel"


COLUMNS = {
    Action.FIN: "Fin de Chantier",
    Action.SAV: "SAV",
    Action.MATERIEL: "Matériel",
}
"""The Deck column of each action's card."""

GROUPS = {Action.FIN: "chantier", Action.SAV: "sav", Action.MATERIEL: "magasinier"}
"""The Telegram group (a name of ``TELEGRAM_GROUPS``) that reads each action's notice."""


def new_chantier_name(client: str, at: datetime) -> str:
    """The folder name of a chantier first heard of at *at*: ``20260325_Müller``."""
    return safe_name(f"{at.astimezone(PARIS):%Y%m%d}_{client}")


def report_folder(action: Action, chantier: str, at: datetime) -> PurePosixPath:
    """
    Where a report's files go, relative to the Nextcloud root.

    Args:
        action: What is reported.
        chantier: For *fin* the chantier's folder name (``20260325_Müller``), else the client's name.
        at: When the report was made; its day in Europe/Paris counts.
    """
    if action is Action.FIN:
        return CHANTIERS / safe_name(chantier) / PHOTOS_FOLDER
    if action is Action.SAV:
        return PurePosixPath("SAV_Urgent") / safe_name(
            f"{at.astimezone(PARIS):%Y-%m-%d}_{chantier}"
        )
    return PurePosixPath("Logistique/Manquants") / safe_name(chantier)
