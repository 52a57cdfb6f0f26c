"""Photos as a technician takes them: real JPEGs, each unlike the others."""

import io
import random

from PIL import Image, ImageDraw, ImageFilter

SIZE_PX = (1280, 960)
_PANEL = (28, 42, 84)


def site_photo(number: int) -> bytes:
    """Draw a roof with solar panels, the same one each time for the same *number*: a JPEG of about 100 KB."""
    chance = random.Random(number)  # noqa: S311 - a drawing
    sky = tuple(chance.randint(low, low + 50) for low in (120, 160, 195))
    photo = Image.new("RGB", SIZE_PX, sky)
    draw = ImageDraw.Draw(photo)
    ridge_px = chance.randint(180, 320)
    draw.polygon(
        [(0, 960), (160, ridge_px), (1120, ridge_px), (1280, 960)], fill=(142, 74, 52)
    )
    _draw_panels(
        draw, ridge_px + 40, columns=chance.randint(4, 7), rows=chance.randint(2, 4)
    )
    draw.text((24, 24), f"ETM {number:02}", fill=(255, 255, 255), font_size=64)
    grain = (
        Image.effect_noise(SIZE_PX, 36)
        .convert("RGB")
        .filter(ImageFilter.GaussianBlur(1))
    )
    jpeg = io.BytesIO()
    Image.blend(photo, grain, 0.12).save(jpeg, "JPEG", quality=82)
    return jpeg.getvalue()


def _draw_panels(
    draw: ImageDraw.ImageDraw, top_px: int, *, columns: int, rows: int
) -> None:
    width_px, height_px = 840 // columns, 480 // rows
    for row in range(rows):
        for column in range(columns):
            left_px, upper_px = 220 + column * width_px, top_px + row * height_px
            box = (
                left_px,
                upper_px,
                left_px + width_px - 12,
                upper_px + height_px - 12,
            )
            draw.rectangle(box, fill=_PANEL, outline=(200, 205, 215), width=4)
