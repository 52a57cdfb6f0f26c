"""Notices whose photos and files come with the call, as a form."""

from tests.notifier.shown import jpeg

TEXT = {"group": "chantier", "text": "📄 Facture"}
PHOTO = ("file", ("photo.jpg", jpeg(1), "image/jpeg"))
OTHER = ("file", ("autre.jpg", jpeg(2), "image/jpeg"))
PDF = ("facture", ("Facture Müller.pdf", b"%PDF-1 facture", "application/pdf"))


async def put(http, files, notice_id: str = "r1", wait_s: int = 20, **fields: str):
    return await http.put(
        f"/notifier/notices/{notice_id}",
        params={"wait": wait_s},
        data={**TEXT, **fields},
        files=files,
    )
