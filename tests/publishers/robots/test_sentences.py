"""Every sentence a robot, a share kit or a mail may end in can be said in Chinese."""

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
FOLDERS = ("robots", "wecom", "dingtalk", "feishu", "mail", "webhook")
WORDS = {"Verdict", "TryLater", "Refused", "SwitchedOff", "OutcomeUnknown", "CannotTell", "SettingError", "_Step"}


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from (ROOT / "publishers" / folder).glob("*.py")
    yield from (ROOT / "publishers" / name for name in ("share_kit.py", "net.py", "others.py"))


def sentences(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in WORDS:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and str(argument.value).endswith("."):
                    yield str(argument.value)


def test_every_reason_has_its_chinese() -> None:
    said: set[str] = set()
    for catalog in (ROOT / "app/translations/zh/LC_MESSAGES").glob("*.po"):
        with catalog.open("rb") as file:
            said |= {str(message.id) for message in read_po(file, locale="zh") if message.id and message.string}
    wanted = {sentence for path in sources() for sentence in sentences(path)}
    assert len(wanted) > 50
    assert wanted - said == set()
