"""Pictures for tests."""

from __future__ import annotations

import io

from PIL import Image


def photo(width: int = 800, height: int = 600, kind: str = "JPEG") -> bytes:
    """A picture with something on it."""
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, kind)
    return file.getvalue()
