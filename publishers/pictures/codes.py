"""What QR codes in a picture say: words hide in them as well as anywhere."""

from __future__ import annotations

import zxingcpp
from PIL import Image

MOST_CODES, LONGEST = 10, 1000
_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode])


def codes_of(picture: Image.Image) -> tuple[str, ...]:
    """The texts of the codes in an upright picture, each once; empty when there is none that can be read."""
    plain = picture.convert("L")
    found = zxingcpp.read_barcodes(plain, formats=_FORMATS)
    return tuple(dict.fromkeys(one.text[:LONGEST] for one in found[:MOST_CODES] if one.text))
