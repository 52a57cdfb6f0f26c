"""Picture files: their pages, which side is up, what is behind what is clear."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from contracts.errors import Rejected
from knowledge.reading.formats import Format, format_of
from knowledge.reading.pictures import Picture
from tests.knowledge import scanning
from tests.knowledge.reading import read_apart

PHONE = scanning.RECORDINGS / "phone.heic"
"""320 by 120 pixels: a black bar at the left, on white. Made by libheif with x265."""


def bar(mode: str = "L") -> Image.Image:
    """The same."""
    picture = Image.new("L", (320, 120), 255)
    picture.paste(0, (20, 20, 60, 100))
    if mode == "I;16":
        return picture.convert("I").point(lambda light: light * 257).convert(mode)
    if mode in {"RGBA", "LA"}:  # black all over, and clear but for the bar
        clear = Image.new("RGBA", picture.size, (0, 0, 0, 0))
        clear.paste((0, 0, 0, 255), (20, 20, 60, 100))
        return clear.convert(mode)
    return picture.convert(mode)


def light(page: Image.Image, x: int, y: int) -> int:
    """0 is black, 255 white."""
    seen = page.getpixel((x, y))
    assert isinstance(seen, int)
    return seen


def saved(folder: Path, picture: Image.Image, form: str, **how: Any) -> Path:
    path = folder / "picture"
    picture.save(path, form, **how)
    return path


@pytest.mark.parametrize(
    ("form", "mode", "kind"),
    [
        ("GIF", "P", Format.GIF),
        ("PNG", "RGBA", Format.PNG),
        ("PNG", "LA", Format.PNG),
        ("PNG", "I;16", Format.PNG),
        ("TIFF", "1", Format.TIFF),
        ("TIFF", "CMYK", Format.TIFF),
        ("TIFF", "I;16", Format.TIFF),
        ("WEBP", "RGB", Format.WEBP),
        ("JPEG", "L", Format.JPEG),
    ],
)
def test_a_picture_is_dark_on_light_whatever_made_it(form, mode, kind, tmp_path):
    path = saved(tmp_path, bar(mode), form)

    (page,) = Picture(path)

    assert format_of(path, name="x", media_type="") == kind
    assert (page.mode, page.size) == ("L", (320, 120))
    assert light(page, 40, 60) < 30
    assert light(page, 200, 60) > 225


def test_a_phones_heic_is_a_picture():
    (page,) = Picture(PHONE)

    assert format_of(PHONE, name="IMG_1.HEIC", media_type="") == Format.HEIC
    assert page.size == (320, 120)
    assert light(page, 40, 60) < 30
    assert light(page, 200, 60) > 225


def test_a_photo_stands_as_the_phone_was_held(tmp_path):
    """Phones save what the sensor saw, and by how much to turn it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter to the right
    path = saved(tmp_path, bar(), "JPEG", exif=exif)

    (page,) = Picture(path)

    assert page.size == (120, 320)
    assert light(page, 60, 40) < 30


def test_the_second_picture_of_a_film_is_no_page(tmp_path):
    path = saved(
        tmp_path,
        bar(),
        "GIF",
        save_all=True,
        append_images=[Image.new("L", (320, 120))],
    )

    assert len(list(Picture(path))) == 1


async def test_each_page_of_a_tiff_is_one(tmp_path, monkeypatch):
    pages = [Image.new("L", (width, 300), 255) for width in (501, 502, 503)]
    whole = BytesIO()
    pages[0].save(whole, "TIFF", save_all=True, append_images=pages[1:])
    names = ("table", "codes", "one-column")
    seen = {501 + n: scanning.recording(name, 0) for n, name in enumerate(names)}
    monkeypatch.setenv("PATH", scanning.replaying(tmp_path, seen))

    content = await read_apart(tmp_path, whole.getvalue(), "fax.tif")

    assert content.pages == 3
    assert {b.page for b in content.blocks if b.cells[:1] == ("567",)} == {1}
    assert {b.page for b in content.blocks if b.cells[:1] == ("E10",)} == {2}
    assert {b.page for b in content.blocks if b.text.startswith("Point")} == {3}


@pytest.mark.parametrize(
    "damaged",
    [
        b"GIF89a nothing of a GIF",
        PHONE.read_bytes()[:400],
        b"\xff\xd8\xff nothing of a photo",
        scanning.png(scanning.blank())[:3000],
    ],
)
async def test_a_damaged_picture_is_refused_in_words(damaged, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", scanning.replaying(tmp_path, {}))

    with pytest.raises(Rejected, match="picture is damaged") as refused:
        await read_apart(tmp_path, damaged, "x")

    assert str(tmp_path) not in refused.value.detail
