"""Who owns a picture and whether a machine made it: the only metadata that outlives the upload.

Read from XMP, IPTC, Exif and PNG texts, written again as one small XMP packet. Places, devices, people, thumbnails,
prompts and everything else stay behind. Sources: IPTC Photo Metadata Standard 2025.1; GB 45438-2025 annex E (TC260:AIGC).
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

MOST_XMP_BYTES = 512 * 1024
MOST_CHARACTERS = 500
MOST_LABEL_CHARACTERS = 4000
LICENCE_CHARACTERS = 300

_SPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "cc": "http://creativecommons.org/ns#",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_KEPT = {
    "dc:rights": "Alt", "dc:creator": "Seq", "photoshop:Credit": "", "xmpRights:Marked": "", "xmpRights:WebStatement": "",
    "xmpRights:UsageTerms": "Alt", "cc:license": "", "Iptc4xmpExt:DigitalSourceType": "", "Iptc4xmpExt:AISystemUsed": "",
    "Iptc4xmpExt:AISystemVersionUsed": "", "TC260:AIGC": "",
}
"""What is kept, and the RDF container it stands in."""
_LICENCE = ("dc:rights", "xmpRights:UsageTerms", "cc:license", "xmpRights:WebStatement", "photoshop:Credit")

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_BY_MACHINE = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia", "compositeSynthetic")
_PROMPTS = ("parameters", "prompt", "workflow", "invokeai_metadata", "sd-metadata", "Dream")
"""PNG texts that image generators leave behind. They hold prompts, which may be private: only the fact stays."""
_PNG_TEXTS = {"Copyright": "dc:rights", "Author": "dc:creator", "License": "xmpRights:UsageTerms", "AIGC": "TC260:AIGC"}
_IPTC = {(2, 116): "dc:rights", (2, 80): "dc:creator", (2, 110): "photoshop:Credit"}
_EXIF = {ExifTags.Base.Copyright: "dc:rights", ExifTags.Base.Artist: "dc:creator"}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


@dataclass(frozen=True)
class Provenance:
    """What a picture says of itself: `said` by XMP name (`dc:rights`), plain words."""

    said: Mapping[str, str] = field(default_factory=dict)

    @property
    def ai_generated(self) -> bool:
        """Whether it is marked as made or changed by a generator. Unmarked ones may be so too: nobody can tell."""
        kind = self.said.get("Iptc4xmpExt:DigitalSourceType", "").rpartition("/")[2]
        return "TC260:AIGC" in self.said or kind in _BY_MACHINE

    @property
    def licence(self) -> str:
        """Copyright, terms and credit in one line, or an empty string."""
        parts = dict.fromkeys(self.said[name] for name in _LICENCE if name in self.said)
        return "; ".join(parts)[:LICENCE_CHARACTERS]

    @property
    def packet(self) -> bytes:
        """An XMP packet that says it again; empty when nothing is said."""
        if not self.said:
            return b""
        spaces = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in _SPACES.items())
        said = "".join(_element(name, value) for name, value in self.said.items())
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            f'<rdf:RDF xmlns:rdf="{_RDF}"><rdf:Description rdf:about="" {spaces}>{said}</rdf:Description></rdf:RDF>'
            '</x:xmpmeta><?xpacket end="r"?>'
        ).encode()


NOTHING = Provenance()


def provenance_of(picture: Image.Image, content: bytes) -> Provenance:
    """What stays of the metadata of an opened picture whose file is `content`. Of two sources the first one counts."""
    found: dict[str, str] = {}
    for name, value in _everything(picture, content):
        said = _CONTROLS.sub(" ", value).strip()
        most = MOST_LABEL_CHARACTERS if name == "TC260:AIGC" else MOST_CHARACTERS
        if name in _KEPT and 0 < len(said) <= most:
            found.setdefault(name, said)
    return Provenance({name: found[name] for name in _KEPT if name in found})


def _everything(picture: Image.Image, content: bytes) -> Iterator[tuple[str, str]]:
    yield from _from_xmp(picture.info.get("xmp"))
    yield from _from_iptc(picture)
    yield from _from_exif(picture)
    yield from _from_png(picture)
    # Content Credentials cannot outlive a new encoding, but what they say of the source can.
    for kind in ("compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia"):
        if kind.encode() in content:
            yield "Iptc4xmpExt:DigitalSourceType", _SOURCE_TYPES + kind


def _from_xmp(packet: object) -> Iterator[tuple[str, str]]:
    """The kept properties of a packet. One with a document type is not looked at: entities are an attack."""
    raw = packet.encode() if isinstance(packet, str) else packet
    if not isinstance(raw, bytes) or not 0 < len(raw) <= MOST_XMP_BYTES or b"<!" in raw:
        return
    try:
        tree = ElementTree.fromstring(raw.strip(b"\x00 \r\n\t"))
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    names = {f"{{{space}}}": prefix for prefix, space in _SPACES.items()}
    for described in tree.iter(f"{{{_RDF}}}Description"):
        for tag, value in [*described.attrib.items(), *((child.tag, _words(child)) for child in described)]:
            space, closing, local = tag.rpartition("}")
            if space + closing in names:
                yield f"{names[space + closing]}:{local}", value


def _words(element: ElementTree.Element) -> str:
    """The plain value, the address it points to, or the first item of its list."""
    if pointed := element.get(f"{{{_RDF}}}resource"):
        return pointed
    item = next(element.iter(f"{{{_RDF}}}li"), None)
    return "".join((element if item is None else item).itertext())


def _from_iptc(picture: Image.Image) -> Iterator[tuple[str, str]]:
    if not isinstance(picture, ImageFile.ImageFile):
        return
    try:
        records = IptcImagePlugin.getiptcinfo(picture) or {}
    except (SyntaxError, ValueError, IndexError, KeyError, TypeError, OSError):
        return
    for number, name in _IPTC.items():
        value = records.get(number)
        if isinstance(value, bytes):
            yield name, _decoded(value)


def _from_exif(picture: Image.Image) -> Iterator[tuple[str, str]]:
    exif = picture.getexif()
    for tag, name in _EXIF.items():
        value = exif.get(tag)
        if isinstance(value, str | bytes):
            yield name, _decoded(value.encode("latin-1", "replace")) if isinstance(value, str) else _decoded(value)
    comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment)
    if isinstance(comment, bytes | str):
        yield from _from_comment(comment if isinstance(comment, str) else comment[8:].decode("utf-8", "ignore"))


def _from_comment(comment: str) -> Iterator[tuple[str, str]]:
    """`{"AIGC": {…}}`, as GB 45438-2025 lets a JPEG carry it."""
    if '"AIGC"' not in comment[:MOST_LABEL_CHARACTERS]:
        return
    try:
        label = json.loads(comment[comment.index("{"): comment.rindex("}") + 1]).get("AIGC")
    except (ValueError, AttributeError, RecursionError):
        return
    if label:
        yield "TC260:AIGC", label if isinstance(label, str) else json.dumps(label, ensure_ascii=False, separators=(",", ":"))


def _from_png(picture: Image.Image) -> Iterator[tuple[str, str]]:
    for key, value in picture.info.items():
        if key in _PNG_TEXTS and isinstance(value, str):
            yield _PNG_TEXTS[key], value
        elif key in _PROMPTS and isinstance(value, str) and picture.format == "PNG":
            yield "Iptc4xmpExt:DigitalSourceType", _SOURCE_TYPES + "trainedAlgorithmicMedia"


def _decoded(value: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def _element(name: str, value: str) -> str:
    said, container = html.escape(value, quote=False), _KEPT[name]
    if container == "Alt":
        said = f'<rdf:Alt><rdf:li xml:lang="x-default">{said}</rdf:li></rdf:Alt>'
    elif container:
        said = f"<rdf:{container}><rdf:li>{said}</rdf:li></rdf:{container}>"
    return f"<{name}>{said}</{name}>"
