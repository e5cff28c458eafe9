"""Codes about what an article consists of: its fields, its pictures, its draft. The editor can mend them."""

from __future__ import annotations

from collections.abc import Mapping

from publishers.wechat.codes.verdicts import OUR_FAULT, Verdict, every, refused

TABLE: Mapping[int, Verdict] = {
    45003: refused("The title is too long for WeChat. Shorten it to 32 characters.", "title"),
    45004: refused("The digest is too long for WeChat. Shorten it to 120 characters.", "digest"),
    45110: refused("The author's name is too long for WeChat. Shorten it to 16 characters.", "author"),
    45002: refused("The body is too long for WeChat. Shorten it, or split it into two articles.", "body"),
    45005: refused("The link to the original is too long for WeChat. Use one of at most 1,024 bytes.", "source_url"),
    45008: refused("There are too many articles in one edition for WeChat. Plan at most eight.", "articles"),
    41039: refused("WeChat does not accept the link to the original. Use a public web address, or none.", "source_url"),
    45166: refused("WeChat does not accept something in the body. Look at what was changed last.", "body"),
    40155: refused(
        "The body links to another account's home page, which WeChat does not allow. Take the link out.", "body"
    ),
    44003: refused("WeChat found no article in the edition. Put at least one in.", "articles"),
    44004: refused("WeChat found an empty text. Write the body.", "body"),
    53404: refused("This account may not use product cards. Take the card out of the body.", "body"),
    **every(
        (53405, 53406), refused("WeChat does not accept the product card in the body. Choose the product anew.", "body")
    ),
    53503: refused("The draft does not pass WeChat's check. Open it in WeChat's console to see why.", "body"),
    40004: refused("WeChat does not know this kind of file. Use JPG or PNG.", "picture"),
    40005: refused("WeChat does not take this kind of picture. Use JPG or PNG.", "picture"),
    **every(
        (40006, 40009, 45001),
        refused("A picture is too large for WeChat. Use a smaller one: under 1 MB in the body, 10 MB as cover.", "picture"),
    ),
    40137: refused("WeChat cannot read a picture's format. Use JPG or PNG.", "picture"),
    **every((44001, 41005), refused("A picture arrived empty at WeChat. Upload it again.", "picture")),
    40007: refused("WeChat does not know this picture or draft any more. Choose the cover anew.", "cover"),
    40114: OUR_FAULT,
}

BY_CALL: Mapping[tuple[str, int], Verdict] = {
    ("draft/add", 40007): refused("WeChat does not accept the cover picture. Choose another cover.", "cover"),
    ("media/get", 40007): refused("WeChat has thrown this picture away: it keeps them for three days."),
    ("draft/get", 40007): refused("The draft is no longer in the draft box. Look whether it was published or deleted."),
}
