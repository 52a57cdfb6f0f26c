"""
Everything that technicians read, in French; what groups read is the notifier's, the card is in `announcements`.

A blank before ``: ; ! ? »`` and after ``«`` is a no-break one, so that a narrow screen begins no line with a mark.
"""

from collections.abc import Sequence
from datetime import datetime

from contracts.actions import PARIS, Action
from contracts.wording import PHOTOS_GONE, agreed, counted, shown
from gateway.file_names import FileKind

BUTTONS = {
    Action.FIN: "📸 Fin de chantier",
    Action.SAV: "⚠️ Alerte SAV",
    Action.MATERIEL: "📦 Matériel manquant",
}
COMMANDS = {
    "start": "Nouveau rapport",
    "annuler": "Abandonner le rapport en cours",
    "aide": "Comment ça marche",
}

SEND = "✅ Envoyer"
CANCEL = "❌ Annuler"
NOTE = "📝 Non, note-le dans le rapport"
MANUAL = "✏️ Autre chantier (saisie manuelle)"
LIST = "◀ Revoir la liste"
ADD = "➕ Oui, ajoute"
LEAVE = "Non, pas ici"
USEFUL = "👍 Utile"
USELESS = "👎 Pas utile"
THANKS = "Merci 🙏"
PREVIOUS = "◀ Plus récents"
NEXT = "Plus anciens ▶"

HELP = (
    "1. Choisis ce que tu veux signaler.\n"
    "2. Choisis le chantier, ou écris « Müller / description ».\n"
    "3. Envoie tes photos, vidéos ou documents, autant que tu veux.\n"
    "4. Appuie sur ✅ Envoyer. Un album part aussi tout seul.\n\n"
    "Rien ne se perd : si le serveur est en panne, ton rapport part dès qu'il revient.\n"
    "/start nouveau rapport · /annuler abandonner"
)
REFUSAL = (
    "🔒 Désolé, ce bot est réservé aux équipes ETM. Demande au bureau de t'ajouter."
)
NOT_NOTED = "\n\n✍️ Ton message n'est pas noté : choisis d'abord, puis écris-le."
KEPT_WHAT_IS_IT = "📥 Bien reçu, je garde tout. C'est pour quoi ?"
KEPT_WHERE = "📥 Bien reçu, je garde tout. Il me faut encore le chantier : choisis-le, ou écris son nom."
CHOOSE_CHANTIER = "🏠 Quel chantier ?"
NO_CHANTIER = "🏠 Aucun chantier dans la liste. Écris le nom du chantier ou du client :"
LIST_DOWN = (
    "🏠 La liste des chantiers ne répond pas pour l'instant, mais on continue : "
    "écris le nom du chantier ou du client."
)
TYPE_CHANTIER = "✏️ Écris le nom du chantier ou du client (ou « Nom / description ») :"
NO_NAME = "🤔 Je ne vois pas de nom. Écris le nom du chantier ou du client, avec des lettres :"
NOTED = "C'est noté 👍"
STALE = "Ce bouton n'est plus valable. Envoie /start pour recommencer."
GOES_ON = "C'est déjà pris en compte 👍 Continue plus bas."
CANCELLED = "❌ Annulé. Rien n'est enregistré. /start pour un nouveau rapport."
NOTHING_TO_CANCEL = "Il n'y a rien à annuler. /start pour un nouveau rapport."
STUCK = "⚠️ Ce rapport est gardé, mais quelque chose le bloque. Ne renvoie rien : préviens le bureau."
KEPT_FOR_ANOTHER = "Je garde pour un autre rapport 👍"
GOES = "C'est parti 👍"
ALREADY_SENT = "Ce rapport est déjà parti 👍"
NEEDS = {
    Action.FIN: "📷 Il manque au moins une photo. Envoie-la, puis appuie sur ✅ Envoyer.",
    Action.SAV: "✍️ Il manque la description de la panne. Écris-la en un message.",
    Action.MATERIEL: "✍️ Il manque la liste du matériel. Écris-la, une ligne par article.",
}
NOT_A_FILE = (
    "🤷 Je ne sais pas ranger ça (autocollant, position, contact, sondage…). "
    "Envoie une photo, une vidéo, un document ou un texte."
)
VOICE = "🎤 Je ne peux pas écouter les messages vocaux. Écris plutôt un message, ou envoie une photo."

WIPED_OUT = "(effacé)"
"""For a description that its technician deleted after he had sent it."""

_ASK = {
    Action.FIN: "Envoie tes photos.",
    Action.SAV: "Décris la panne en un message. Ajoute des photos si tu veux.",
    Action.MATERIEL: "Écris ce qui manque, une ligne par article (- cuivre 28mm). Ajoute des photos si tu veux.",
}
_HAS_ALL = "C'est noté. Ajoute des photos si tu veux, puis appuie sur ✅ Envoyer."
_FULL = frozenset({"storage_full", "own_disk_full", "database_full"})
"""Codes of what only waits for room: on Nextcloud's disk, or on one of ours."""
_REASONS = {
    "unauthenticated": "Le serveur refuse l'accès.",
    "forbidden": "Le serveur refuse l'accès.",
    "too_large": "Un fichier est trop gros pour le serveur.",
}


def greeting(first_name: str) -> str:
    return f"Bonjour {shown(first_name)} 👋\nQue veux-tu signaler ?".replace("  ", " ")


def empty_file(name: str) -> str:
    what = f"« {shown(name, 100)} »" if name else "Ce fichier"
    return f"📭 {what} est vide (0 octet) : le transfert a raté. Renvoie-le."


def still_open(client: str) -> str:
    return f"\n\n⏳ Ton rapport {shown(client)} n'est pas parti : {SEND} ou {CANCEL} plus haut."


def gone(client: str) -> str:
    return f"Ton rapport {shown(client)} est déjà parti 👍 Si c'était une erreur, préviens le bureau."


def unsent(kinds: Sequence[FileKind], client: str, missing: str) -> str:
    what = f" ({counted(kinds)})" if kinds else ""
    what_next = missing or f"Appuie sur {SEND} pour que ça parte."
    return f"⏰ Ton rapport {shown(client)}{what} n'est pas parti.\n{what_next}"


def unclaimed(kinds: Sequence[FileKind]) -> str:
    return f"⏰ J'ai gardé {counted(kinds) or 'un message'}. C'est pour quoi ?"


def left_behind(kinds: Sequence[FileKind], at: datetime) -> str:
    return f"📥 J'ai aussi gardé {_kept(kinds, at)}. Ça va avec ce rapport ?"


def still_kept(kinds: Sequence[FileKind], at: datetime) -> str:
    return (
        f"\n\n📥 Je garde {_kept(kinds, at)}, pour le prochain rapport. "
        "Pas besoin ? /annuler"
    )


def _kept(kinds: Sequence[FileKind], at: datetime) -> str:
    """*at*: when the first of it was sent."""
    return f"{counted(kinds) or 'un message'} du {at.astimezone(PARIS):%d/%m à %H:%M}"


def maybe_missed(client: str) -> str:
    return (
        f"⚠️ Après une coupure, Telegram ne m'a peut-être pas tout transmis — {shown(client)}.\n"
        "Regarde le nombre de photos plus haut, et renvoie ce qui manque avant ✅ Envoyer."
    )


def ask(action: Action, client: str, *, has_all: bool) -> str:
    return (
        f"{BUTTONS[action]} — {shown(client)}\n{_HAS_ALL if has_all else _ASK[action]}"
    )


def proposal(typed: str, near: int) -> str:
    """*near* is how many chantiers are called nearly so."""
    which = ("un nouveau chantier", "celui-ci")[near] if near < 2 else "l'un de ceux-ci"
    return f"🏠 « {shown(typed)} » : c'est {which} ?"


def create_button(typed: str) -> str:
    return f"➕ Nouveau : {shown(typed, 40)}"


def received(kinds: Sequence[FileKind], client: str) -> str:
    return f"📥 {counted(kinds)} {agreed('reçu', kinds)} — {shown(client)}"


def noted(client: str) -> str:
    return f"📝 Noté — {shown(client)}"


def added(client: str) -> str:
    return f"📝 Ajouté au rapport — {shown(client)}"


def sending(done: int, total: int, client: str) -> str:
    return f"⏫ {done}/{total} — {shown(client)}" if total else f"⏫ {shown(client)}"


def waiting(kinds: Sequence[FileKind], client: str, error: str) -> str:
    """*error* is a step's ``last_error``, which begins with its code."""
    what = f" ({counted(kinds)})" if kinds else ""
    full = error.partition(":")[0] in _FULL
    why = "Le serveur est plein." if full else "Le serveur ne répond pas."
    until = "dès qu'il y aura de la place" if full else "dès son retour"
    return (
        f"⏳ Rapport gardé{what} — {shown(client)}\n"
        f"{why} Il sera enregistré tout seul {until} : tu n'as rien à refaire."
    )


def receipt(
    action: Action,
    kinds: Sequence[FileKind],
    client: str,
    folder: str,
    url: str,
    *,
    listed: int,
) -> str:
    """*listed* is how many items a list of missing material has."""
    lines = [f"✅ Rapport enregistré — {shown(client)}"]
    if action is Action.FIN and not kinds:
        lines.append(PHOTOS_GONE)
    if action is Action.MATERIEL and listed:
        lines.append(f"📦 {listed} article{'s' if listed > 1 else ''}")
    if kinds:
        lines.append(f"📸 {counted(kinds)} → {folder}/")
    if url:
        lines.append(f"🔗 {url}")
    return "\n".join(lines)


def found_again(typed: str, label: str) -> str:
    return f"🏠 « {shown(typed)} » : rangé avec le chantier existant {shown(label)}."


def maybe_another(typed: str, labels: Sequence[str]) -> str:
    others = " ou ".join(shown(label) for label in labels)
    return (
        f"🏠 Rangé sous « {shown(typed)} », comme tu l'as écrit. "
        f"Si c'est {others}, préviens le bureau."
    )


def failed(client: str, error: str) -> str:
    """*error* is a step's ``last_error``, which begins with its code."""
    code = error.partition(":")[0]
    if code == "notice_refused":
        return (
            f"⚠️ Rapport rangé, mais le groupe n'a pas pu être prévenu — {shown(client)}\n"
            "Ne renvoie rien : préviens le bureau, il peut relancer l'envoi."
        )
    why = _REASONS.get(code, "Le serveur a refusé ce rapport.")
    return (
        f"⚠️ Rapport gardé mais pas encore enregistré — {shown(client)}\n"
        f"{why} Ne renvoie rien : préviens le bureau, il peut le relancer."
    )
