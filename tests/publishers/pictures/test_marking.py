"""The label of AI-generated content: written without touching a pixel, found again by the next who opens the picture."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from publishers.pictures.fitting import fit
from publishers.pictures.marking import marked
from publishers.pictures.provenance import provenance_of


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_label_is_added_beside_what_was_said(kind: str) -> None:
    raw = io.BytesIO()
    notes = {"xmp": b"<x xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
             b"<rdf:Description dc:rights=\"Chengjiang\"/></x>"} if kind == "JPEG" else {}
    Image.effect_noise((90, 60), 80).convert("RGB" if kind == "JPEG" else "RGBA").save(raw, kind, **notes)
    stored = fit(raw.getvalue()).picture.content
    twin = marked(stored, producer="\u753b\u56fe", spreader="\u7fa4\u58f0", number="a1", whole=True)
    with Image.open(io.BytesIO(stored)) as before, Image.open(io.BytesIO(twin)) as after:
        assert before.tobytes() == after.tobytes()
        said = provenance_of(after, twin)
    assert said.ai_generated and json.loads(said.said["TC260:AIGC"])["ContentProducer"] == "\u753b\u56fe"
    assert said.said.get("dc:rights") == ("Chengjiang" if kind == "JPEG" else None)
    assert marked(twin, producer="\u753b\u56fe", spreader="\u7fa4\u58f0", number="a1", whole=True) == twin
    assert fit(twin).ai_generated, "it outlives the next upload"


def test_a_moving_picture_comes_back_as_it_was() -> None:
    raw = io.BytesIO()
    frames = [Image.new("P", (9, 9), shade) for shade in (1, 2)]
    frames[0].save(raw, "GIF", save_all=True, append_images=frames[1:])
    assert marked(raw.getvalue(), producer="", spreader="", number="", whole=False) == raw.getvalue()
