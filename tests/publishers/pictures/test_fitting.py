"""What becomes of honest pictures: kinds, colours, the right way up, moving ones, variants, and the metadata that stays."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageCms, ImageDraw

from publishers.pictures.fitting import fit, thumbnail
from publishers.pictures.moving import frames_of
from publishers.pictures.results import Encoded
from tests.pictures import photo
from tests.publishers.pictures.hostile import chunk, gif, png, saved

GPS = {1: "N", 2: (31.0, 14.0, 9.0), 3: "E", 4: (121.0, 28.0, 1.0)}
AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
LABEL = '{"Label":"1","ContentProducer":"001191610133596325171T12566","ProduceID":"P1"}'
XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="31,14.15N"
 xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:cc="http://creativecommons.org/ns#"
 xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/" Iptc4xmpExt:DigitalSourceType="{AI}">
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">© 2026 澄江机电 &lt;b&gt;</rdf:li></rdf:Alt></dc:rights>
<cc:license rdf:resource="https://creativecommons.org/licenses/by/4.0/"/>
<TC260:AIGC>{LABEL.replace('"', "&quot;")}</TC260:AIGC></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def opened(encoded: Encoded) -> Image.Image:
    picture = Image.open(io.BytesIO(encoded.content))
    picture.load()
    assert picture.size == (encoded.width, encoded.height)
    return picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "HEIF", "AVIF"])
def test_every_kind_that_phones_and_screens_make_is_read(kind: str) -> None:
    fitted = fit(saved(kind, (2000, 1500)))
    assert (fitted.picture.width, fitted.picture.height) == (1440, 1080)
    assert fitted.picture.content_type in ("image/jpeg", "image/png")
    assert fitted.thumb is not None and (fitted.thumb.width, fitted.thumb.height) == (320, 240)
    assert fitted.still is None and not fitted.ai_generated and fitted.licence == ""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_however_the_phone_was_held(orientation: int) -> None:
    turned = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}[orientation]
    upright = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(upright).rectangle((0, 0, 99, 99), fill="red")
    held = upright if turned is None else upright.transpose(Image.Transpose(turned))
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x112] = orientation
    held.save(file, "JPEG", exif=exif, quality=95)
    picture = opened(fit(file.getvalue()).picture).convert("RGB")
    assert picture.size == (400, 200)
    red, white = picture.getpixel((50, 50)), picture.getpixel((350, 150))
    assert red[0] > 200 > 60 > red[1] and min(white) > 240
    assert 0x112 not in picture.getexif()


def test_places_devices_and_thumbnails_stay_behind() -> None:
    exif = Image.Exif()
    exif[0x10F], exif[0x110], exif[0x13B], exif[0x8298] = "Phone", "Model X", "林书瑶", "© 2026 澄江机电"
    exif.get_ifd(0x8825).update(GPS)
    exif.get_ifd(0x8769).update({0x9003: "2026:11:22 08:00:00", 0xA431: "SERIAL-123"})
    fitted = fit(saved("JPEG", exif=exif, comment=b"inhouse only", xmp=XMP))
    for one in (fitted.picture, fitted.thumb):
        assert one is not None
        assert not any(word in one.content for word in (b"Phone", b"Model X", b"SERIAL", b"2026:11:22", b"inhouse", b"GPSLat"))
        assert len(opened(one).getexif()) == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_marks_of_machines_and_owners_are_written_again(kind: str) -> None:
    by_hand = png(40, 30, chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP))
    fitted = fit(by_hand if kind == "PNG" else saved(kind, xmp=XMP))
    assert fitted.ai_generated
    assert fitted.licence == "© 2026 澄江机电 <b>; https://creativecommons.org/licenses/by/4.0/"
    again = fit(fitted.picture.content)
    assert (again.ai_generated, again.licence) == (True, fitted.licence)
    for said in (AI.encode(), b"TC260:AIGC", b"001191610133596325171T12566"):
        assert said in again.picture.content


@pytest.mark.parametrize(("content", "ai_generated", "licence"), [
    (png(9, 9, chunk(b"tEXt", b"parameters\0a cat, steps: 20")), True, ""),
    (png(9, 9, chunk(b"tEXt", b"Copyright\0CC0")), False, "CC0"),
    (png(9, 9, chunk(b"iTXt", b"AIGC\0\0\0\0\0" + LABEL.encode())), True, ""),
    (photo() + b"jumb...c2pa..." + AI.encode(), True, ""),
])
def test_other_marks_are_understood(content: bytes, ai_generated: bool, licence: str) -> None:
    fitted = fit(content)
    assert (fitted.ai_generated, fitted.licence) == (ai_generated, licence)
    again = fit(fitted.picture.content)
    assert (again.ai_generated, again.licence) == (ai_generated, licence)
    assert b"a cat" not in fitted.picture.content


def test_a_label_in_exif_is_understood() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0" + f'{{"AIGC":{LABEL}}}'.encode()
    assert fit(saved("JPEG", exif=exif)).ai_generated


def test_colours_of_another_space_become_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # The same space under another name, with red and blue changed places.
    swapped = profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ").replace(b"\0s\0R", b"\0x\0R")
    file = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 40, 30)).save(file, "PNG", icc_profile=swapped)
    picture = opened(fit(file.getvalue()).picture).convert("RGB")
    red, green, blue = picture.getpixel((9, 9))
    assert (red < 60, blue > 150) == (True, True) and picture.info.get("icc_profile") is None


def test_deep_grey_is_scaled_and_not_cut_off() -> None:
    file = io.BytesIO()
    Image.new("I;16", (300, 200), 40_000).save(file, "PNG")
    assert opened(fit(file.getvalue()).picture).convert("L").getpixel((9, 9)) == 40_000 // 256


def test_what_is_see_through_stays_so() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (300, 200), (200, 0, 0, 60)).save(file, "PNG")
    assert opened(fit(file.getvalue()).picture).getpixel((9, 9)) == (200, 0, 0, 60)


def moving(count: int, size: tuple[int, int] = (300, 200)) -> bytes:
    frames = [Image.new("RGB", size, (index * 255 // count, 10, 200)) for index in range(count)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    return file.getvalue()


def test_a_gif_goes_on_moving_and_has_a_still_one_beside() -> None:
    fitted = fit(moving(8))
    assert fitted.picture.content_type == "image/gif"
    again = Image.open(io.BytesIO(fitted.picture.content))
    assert (again.n_frames, again.info["duration"], again.info["loop"]) == (8, 80, 0)
    assert fitted.still is not None and fitted.still.content_type in ("image/jpeg", "image/png")


def test_a_gif_that_is_too_large_to_move_stands_still() -> None:
    fitted = fit(moving(40, (2000, 1500)))
    assert fitted.picture.content_type != "image/gif" and fitted.still is None


@pytest.mark.parametrize(
    ("content", "count"), [(gif(5, 5, 1), 1), (gif(5, 5, 7), 7), (b"GIF89a", 0), (photo(), 0), (gif(5, 5, 3)[:-4], 3)]
)
def test_frames_are_counted_without_being_decoded(content: bytes, count: int) -> None:
    assert frames_of(content) == count


def test_the_eye_goes_to_what_is_different() -> None:
    scene = Image.new("RGB", (1200, 800), "#cfd8dc")
    ImageDraw.Draw(scene).ellipse((850, 100, 1100, 350), fill="#c62828", outline="black", width=8)
    file = io.BytesIO()
    scene.save(file, "JPEG")
    x, y = fit(file.getvalue()).focus
    assert 0.7 < x < 0.95 and 0.1 < y < 0.45
    assert fit(saved("JPEG", (300, 300))).focus[0] == pytest.approx(0.5, abs=0.1)


def test_a_small_picture_needs_no_smaller_one() -> None:
    assert fit(photo(300, 200)).thumb is None
    assert thumbnail(photo(300, 200)) is None
    small = thumbnail(photo(1440, 8000))
    assert small is not None and small.width <= 320 and small.height <= 640
