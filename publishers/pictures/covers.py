"""A cover drawn for an article without a picture."""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw


def drawn_cover(seed: str) -> bytes:
    """A quiet drawn cover (PNG, 900 × 383) for an article without any picture; the same seed draws the same."""
    digest = hashlib.sha256(seed.encode()).digest()
    hue = digest[0]
    ground = Image.new("HSV", (900, 383), (hue, 70, 215))
    draw = ImageDraw.Draw(ground)
    for index in range(7):
        x, y = digest[index + 1] * 900 // 255, digest[index + 9] * 383 // 255
        radius = 40 + digest[index + 17] // 2
        shade = ((hue + 6 * index) % 256, 60 + 8 * index, 225 - 9 * index)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
    file = io.BytesIO()
    ground.convert("RGB").save(file, "PNG", optimize=False)
    return file.getvalue()
