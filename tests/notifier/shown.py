"""What is asked to be shown in notices, and what a group sees of it."""

from io import BytesIO

from PIL import Image

SIX = {"group": "chantier", "text": "📸 6 photos"}
SEVEN = {"group": "chantier", "text": "📸 7 photos"}
FOLDER = "SAV_Urgent/2026-03-25_Müller"


def jpeg(shade: int = 0) -> bytes:
    picture = BytesIO()
    Image.new("RGB", (64, 48), (shade, 80, 160)).save(picture, "JPEG")
    return picture.getvalue()


def photos(storage, count: int, first: int = 1) -> list[dict[str, str]]:
    """File photos in storage; how a notice names them."""
    paths = [f"{FOLDER}/photo_{n:02}.jpg" for n in range(first, first + count)]
    for number, path in enumerate(paths, first):
        storage.write(path, jpeg(number))
    return [{"path": path} for path in paths]


async def put(http, media, text: str = "🚨 Alerte SAV", notice_id: str = "r1"):
    answer = await http.put(
        f"/notifier/notices/{notice_id}?wait=20",
        json={"group": "chantier", "text": text, "media": media},
    )
    return answer.json()


def shown(group) -> list[bytes]:
    return [m.media.read() for m in group.messages if m.media is not None]


def texts(group) -> list[str]:
    return [message.text for message in group.messages]


def albums(group) -> list[int]:
    """How many stand together, album by album."""
    kin = [message.grouped_id for message in group.messages]
    return [kin.count(one) for one in dict.fromkeys(kin)]
