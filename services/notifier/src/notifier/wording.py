"""
What groups read, in French.

A blank before ``: ; ! ? »`` and after ``«`` is a no-break one, so that a narrow screen begins no line with a mark;
``Chantier :`` keeps the plain blank that workflows may look for.
"""

from contracts.notice_templates import FinData, MaterielData, SavData, TemplateData
from contracts.wording import (
    LONGEST,
    PHOTOS_GONE,
    agreed,
    counted,
    fitted,
    shown,
    units,
)

_LONGEST_CHANTIER = 150


def notice(told: TemplateData) -> str:
    """What the group reads about a report; plain text, in which what people typed is only itself."""
    where = f"→ Nextcloud/{told.folder}/"
    if isinstance(told, FinData):
        return _done(told, where)
    tail = f"\n📸 {counted(told.kinds)} {where}" if told.kinds else ""
    head, body = _fault(told) if isinstance(told, SavData) else _missing(told)
    return f"{head}\n{fitted(body, LONGEST - units(head + tail) - 1)}{tail}"


def _done(told: FinData, where: str) -> str:
    head = _head("✅ Fin de chantier", told)
    if not told.kinds:
        return f"{head}\n{PHOTOS_GONE}"
    files = f"{counted(told.kinds)} {agreed('archivé', told.kinds)}"
    return f"{head}\n📸 {files} {where}\n💶 Tu peux préparer la facture finale."


def _fault(told: SavData) -> tuple[str, str]:
    return _head("🚨 Alerte SAV", told), f"📝 {told.description}"


def _missing(told: MaterielData) -> tuple[str, str]:
    listed = "\n".join(f"• {item}" for item in told.items)
    return _head("📦 Matériel manquant", told), listed


def _head(title: str, told: TemplateData) -> str:
    chantier = shown(told.chantier, _LONGEST_CHANTIER)
    return f"{title}\n👷 {told.technician}\n🏠 Chantier : {chantier}"
