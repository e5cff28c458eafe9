"""Make one `messages.mo` for each language from the .po files of all areas, which may not contradict each other."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

TRANSLATIONS = Path(__file__).resolve().parents[1] / "app" / "translations"


def main() -> int:
    quarrels = [quarrel for folder in sorted(TRANSLATIONS.glob("*/LC_MESSAGES")) for quarrel in compile_folder(folder)]
    for quarrel in quarrels:
        print(f"  {quarrel}", file=sys.stderr)
    return 1 if quarrels else 0


def compile_folder(folder: Path) -> list[str]:
    """Write `folder`/messages.mo; the quarrels between its areas."""
    whole = Catalog(locale=folder.parent.name, charset="utf-8")
    origin: dict[tuple[object, str | None], str] = {}
    quarrels = []
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as stream:
            area = read_po(stream, locale=folder.parent.name)
        for message in area:
            if not message.id or not message.string:
                continue
            known = whole.get(message.id, message.context)
            if known and known.string != message.string:
                quarrels.append(f"{path.name} and {origin[key(message)]} translate {message.id!r} differently")
                continue
            whole.add(message.id, message.string, flags=message.flags, context=message.context)
            origin[key(message)] = path.name
    with (folder / "messages.mo").open("wb") as stream:
        write_mo(stream, whole)
    return quarrels


def key(message: Message) -> tuple[object, str | None]:
    return message.id, message.context


if __name__ == "__main__":
    sys.exit(main())
