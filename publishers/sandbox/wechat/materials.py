"""Body pictures (`media/uploadimg`), permanent materials (`material/*`) and temporary media (`media/*`)."""

from __future__ import annotations

from publishers.sandbox.calls import Call, Json, Part, Refusal, Reply
from publishers.sandbox.things import Account, Material
from publishers.sandbox.wechat.bodies import body_of, paging, text_of
from publishers.sandbox.world import World, new_id

MEGABYTE = 1024 * 1024
TEMPORARY_SECONDS = 3 * 86400.0
_LIMITS = {
    "image": (10 * MEGABYTE, {"bmp", "png", "jpeg", "gif"}),
    "thumb": (64 * 1024, {"jpeg"}),
    "voice": (2 * MEGABYTE, set()),
    "video": (10 * MEGABYTE, set()),
}
_MAGIC = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png", b"GIF8": "gif", b"BM": "bmp"}
_EXTENSIONS = {"jpg": "jpeg", "jpeg": "jpeg", "png": "png", "gif": "gif", "bmp": "bmp"}


def upload_image(world: World, call: Call, account: Account) -> Json:
    """A picture for an article's body: jpg or png under 1 MB (40005, 40009)."""
    part = _media(call)
    if _format(part) not in ("jpeg", "png"):
        raise Refusal(40005, "invalid file type")
    if len(part.content) >= MEGABYTE:
        raise Refusal(40009, "invalid image size")
    return {"url": _store(world, call, account, part, "image_uploaded", "body")["url"], "errcode": 0, "errmsg": "ok"}


def add(world: World, call: Call, account: Account) -> Json:
    """A permanent material; `type` stands in the query."""
    kind, part = _checked(call)
    stored = _store(world, call, account, part, "material_added", kind)
    return {"media_id": stored["media_id"], "item": []} | ({"url": stored["url"]} if _LIMITS[kind][1] else {})


def add_temporary(world: World, call: Call, account: Account) -> Json:
    """A temporary medium of the same kinds; it lives for three days."""
    kind, part = _checked(call)
    stored = _store(world, call, account, part, "temporary_added", kind)
    return {"type": kind, "media_id": stored["media_id"], "created_at": int(call.at)}


def get_temporary(world: World, call: Call, account: Account) -> Reply:
    """The bytes of a temporary medium, such as the picture that a follower sent."""
    material = world.temporary.get(call.query.get("media_id", ""))
    if material is None or material.app_id != account.app_id or call.at - material.at > TEMPORARY_SECONDS:
        raise Refusal(40007, "invalid media_id")
    headers = {"Content-Disposition": f'attachment; filename="{material.media_id[:16]}.{material.extension}"'}
    return Reply((world.blobs / material.sha256).read_bytes(), material.content_type, headers=headers)


def receive(world: World, account: Account, content: bytes, at: float) -> Material:
    """Keep the picture of a follower's message as a temporary medium."""
    kind = next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), "")
    if not kind:
        raise ValueError("the picture is neither JPG, PNG, GIF nor BMP")
    return _keep(world, account, Part(f"photo.{kind}", f"image/{kind}", content), "temporary_added", "image", at)


def count(world: World, call: Call, account: Account) -> Json:
    kinds = [m.type for m in world.materials.values() if m.app_id == account.app_id]
    return {
        "voice_count": kinds.count("voice"), "video_count": kinds.count("video"),
        "image_count": kinds.count("image") + kinds.count("thumb"), "news_count": 0,
    }


def listed(world: World, call: Call, account: Account) -> Json:
    """Newest first, as the platform's back-end shows them."""
    body = body_of(call)
    kind = text_of(body, "type")
    if kind not in ("image", "video", "voice", "news"):
        raise Refusal(40007, "invalid media type")
    offset, most = paging(body)
    kinds = ("image", "thumb") if kind == "image" else (kind,)
    own = [m for m in world.materials.values() if m.app_id == account.app_id and m.type in kinds][::-1]
    items = [
        {"media_id": m.media_id, "name": m.name, "update_time": int(m.at), "url": picture_url(call.base, m)}
        for m in own[offset : offset + most]
    ]
    return {"item": items, "total_count": len(own), "item_count": len(items)}


def delete(world: World, call: Call, account: Account) -> Json:
    media_id = text_of(body_of(call), "media_id")
    if own(world, account, media_id) is None:
        raise Refusal(40007, "invalid media_id")
    world.record("material_deleted", call.at, app_id=account.app_id, media_id=media_id)
    return {"errcode": 0, "errmsg": "ok"}


def own(world: World, account: Account, media_id: str) -> Material | None:
    """The account's permanent material of that id."""
    material = world.materials.get(media_id)
    return material if material and material.app_id == account.app_id else None


def picture_url(base: str, material: Material) -> str:
    """The address that the platform gives a picture; the real one begins with http://mmbiz.qpic.cn."""
    return f"{base}/mmbiz_{material.extension}/{material.slug}/0"


def _checked(call: Call) -> tuple[str, Part]:
    """Kind and file of an upload. Raises for what is no such kind or too large."""
    kind = call.query.get("type", "")
    if kind not in _LIMITS:
        raise Refusal(40004, "invalid media type")
    part = _media(call)
    most, formats = _LIMITS[kind]
    if formats and _format(part) not in formats:
        raise Refusal(40005, "invalid file type")
    if len(part.content) > most:
        raise Refusal(45001, "media size out of limit")
    return kind, part


def _media(call: Call) -> Part:
    part = call.form().get("media")
    if part is None or not part.file_name:
        raise Refusal(41005, "media data missing")
    if not part.content:
        raise Refusal(44001, "empty media data")
    return part


def _format(part: Part) -> str:
    """The picture format when bytes and file name agree, else an empty string."""
    found = next((kind for magic, kind in _MAGIC.items() if part.content.startswith(magic)), "")
    return found if _EXTENSIONS.get(part.file_name.rpartition(".")[2].lower()) else ""


def _store(world: World, call: Call, account: Account, part: Part, record: str, kind: str) -> dict[str, str]:
    material = _keep(world, account, part, record, kind, call.at)
    return {"media_id": material.media_id, "url": picture_url(call.base, material)}


def _keep(world: World, account: Account, part: Part, record: str, kind: str, at: float) -> Material:
    pictured, slug = _format(part), new_id(86)
    world.record(
        record, at, app_id=account.app_id, media_id="" if kind == "body" else new_id(64), type=kind,
        name=part.file_name, slug=slug, sha256=world.keep_blob(part.content),
        content_type=f"image/{pictured}" if pictured else "application/octet-stream",
    )
    return world.pictures[slug]
