"""The implicit label of AI-generated content, written into a picture that is stored already: the pixels are not touched.

Source: GB 45438-2025 annex E (TC260:AIGC in XMP; `Label` 1 says that a machine made it), IPTC digital source type.
"""

from __future__ import annotations

import io
import json
import struct
import zlib

from PIL import Image

from publishers.pictures.provenance import Provenance, provenance_of
from publishers.pictures.results import BODY_BYTES

_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_PNG = b"\x89PNG\r\n\x1a\n"


def marked(content: bytes, *, producer: str, spreader: str, number: str, whole: bool) -> bytes:
    """The same JPEG or PNG with the label; `whole`: a machine made all of it, not only a part.

    One that has a label, a moving GIF, and one that the label would make larger than platforms take comes back as it was.
    """
    with Image.open(io.BytesIO(content)) as picture:
        kind, said = picture.format, dict(provenance_of(picture, content).said)
    if "TC260:AIGC" in said:
        return content
    label = {
        "Label": "1", "ContentProducer": producer, "ProduceID": number, "ReservedCode1": "",
        "ContentPropagator": spreader, "PropagateID": number, "ReservedCode2": "",
    }
    said["TC260:AIGC"] = json.dumps(label, ensure_ascii=False, separators=(",", ":"))
    source = "trainedAlgorithmicMedia" if whole else "compositeWithTrainedAlgorithmicMedia"
    said["Iptc4xmpExt:DigitalSourceType"] = _SOURCE + source
    packet = Provenance(said).packet
    changed = _jpeg(content, packet) if kind == "JPEG" else _png(content, packet) if kind == "PNG" else content
    return changed if len(changed) < BODY_BYTES else content


def _jpeg(content: bytes, packet: bytes) -> bytes:
    """Our own encoder writes segments up to the scan; the old packet is left out, the new one comes first."""
    kept, at = [], 2
    while content[at:at + 1] == b"\xff" and content[at + 1] != 0xDA:
        length = struct.unpack(">H", content[at + 2:at + 4])[0] + 2
        segment = content[at:at + length]
        if not (segment[1] == 0xE1 and segment[4:].startswith(_XMP)):
            kept.append(segment)
        at += length
    packed = _XMP + packet
    return b"".join([content[:2], b"\xff\xe1", struct.pack(">H", len(packed) + 2), packed, *kept, content[at:]])


def _png(content: bytes, packet: bytes) -> bytes:
    kept, at = [], len(_PNG)
    while at < len(content):
        length = struct.unpack(">I", content[at:at + 4])[0] + 12
        chunk = content[at:at + length]
        if not (chunk[4:8] == b"iTXt" and chunk[8:].startswith(b"XML:com.adobe.xmp\x00")):
            kept.append(chunk)
        at += length
    data = b"iTXtXML:com.adobe.xmp\x00\x00\x00\x00\x00" + packet
    note = struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    return b"".join([_PNG, kept[0], note, *kept[1:]])
