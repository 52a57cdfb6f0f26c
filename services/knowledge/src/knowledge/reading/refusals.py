"""Why a document cannot be read, and what its sender can do about it."""

from knowledge.reading.blocks import Unreadable

LOCKED = "The document asks for a password; save it without one and send that."


def damaged(what: str, why: object) -> Unreadable:
    return Unreadable(f"{what} is damaged; save it anew and send that ({why}).")


def require_pages(pages: int, most: int) -> None:
    """
    Raises:
        Unreadable: There are more pages than *most*.
    """
    if pages > most:
        raise Unreadable(
            f"The document has {pages} pages; {most} are read at most. Part it, or raise KNOWLEDGE_MAX_PAGES."
        )


def no_text(media_type: str) -> str:
    """What to say of a document that was read, and nothing found in it."""
    if media_type.startswith("image/"):
        return "No text was found in the picture; take it sharp, from near and in good light, or send the document that it shows."
    if media_type == "application/pdf":
        return "No text was found in the PDF: it is empty, or its letters are drawn as shapes; send a scan of it, or the file that it was made from."
    return "There is no text in the document; where pictures hold it, save the document as PDF and send that."
