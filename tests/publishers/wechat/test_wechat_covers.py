"""Covers and moving pictures against the simulated platform: the chosen part of a cover, a still one where GIF is refused."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from publishers.connector import Picture, Refused
from publishers.sandbox.running import Running
from publishers.wechat.client import Client
from publishers.wechat.draft import DraftBox
from tests.publishers.wechat.deliveries import BOOKS, LEAD, Delivery, picture

GIF = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff\x2c\0\0\0\0\1\0\1\0\0\x02\x02\x44\x01\0;"
MOVING = Picture(sha256(GIF).hexdigest(), GIF, "image/gif", BOOKS.src, still=picture(7))


@pytest.fixture
def box(client: Client) -> DraftBox:
    return DraftBox(client)


def test_the_chosen_parts_of_a_cover_go_along(box: DraftBox, client: Client) -> None:
    cropped = replace(LEAD, cover_wide=(0.0, 0.125, 1.0, 0.550532), cover_square=(0.25, 0.0, 0.75, 0.000001))
    draft = client.draft(Delivery((cropped, LEAD)).send(box).remote_id)
    assert (draft[0]["pic_crop_235_1"], draft[0]["pic_crop_1_1"]) == ("0_0.125_1_0.550532", "0.25_0_0.75_0.000001")
    assert "pic_crop_235_1" not in draft[1] and "pic_crop_1_1" not in draft[1]


@pytest.mark.parametrize("crop", [(0.5, 0.0, 0.5, 1.0), (0.0, 0.9, 1.0, 0.1), (0.0, 0.0, 1.5, 1.0)])
def test_the_platform_refuses_what_is_no_part(box: DraftBox, crop: tuple[float, float, float, float]) -> None:
    with pytest.raises(Refused):
        Delivery((replace(LEAD, cover_wide=crop),)).send(box)


def test_a_moving_picture_that_is_refused_goes_as_a_still_one(box: DraftBox, client: Client, sandbox: Running) -> None:
    delivery = Delivery((replace(LEAD, pictures=(MOVING, *LEAD.pictures[1:])),))
    content = client.draft(delivery.send(box).remote_id)[0]["content"]
    assert content.count("data-src=") == 2
    assert MOVING.still is not None
    uploaded = [effect["sha256"] for effect in sandbox.effects("image_uploaded")]
    assert MOVING.still.sha256 in uploaded and MOVING.sha256 not in uploaded
    assert f"uploadimg:{MOVING.sha256}" in delivery.memory


def test_a_cover_never_moves(box: DraftBox, sandbox: Running) -> None:
    delivery = Delivery((replace(LEAD, cover=MOVING),))
    delivery.send(box)
    assert MOVING.still is not None
    assert [effect["sha256"] for effect in sandbox.effects("material_added")] == [MOVING.still.sha256]
    assert f"cover:{MOVING.still.sha256}" in delivery.memory
