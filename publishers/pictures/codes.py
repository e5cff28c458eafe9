"""What QR codes in a picture say: words hide in them as well as anywhere."""

from __future__ import annotations

from PIL import Image

MOST_CODES, LONGEST = 10, 1000


def codes_of(picture: Image.Image) -> tuple[str, ...]:
    """The texts of the codes in an upright picture, each once; empty when there is none that can be read."""
    # Only who reads pictures pays for the reader, and only there it tells of its remains when the process ends.
    import zxingcpp

    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode])
    found = zxingcpp.read_barcodes(picture.convert("L"), formats=formats)
    return tuple(dict.fromkeys(one.text[:LONGEST] for one in found[:MOST_CODES] if one.text))
