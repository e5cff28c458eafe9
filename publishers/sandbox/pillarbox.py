"""The simulated mailbox: what was put into it is read over IMAP, and it goes wrong on order. On this machine only.

It has one folder, for any name; only the password `wrong` is refused. Faults are those of faults.py on the path
/imap/VERB, for example `/imap/fetch`: refuse (NO), delay, drop_before (hangs up).
"""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
import time
from email import message_from_bytes

from publishers.sandbox.platforms import Platforms

LONGEST_LINE = 8192
IDLE_SECONDS = 60.0
VALIDITY = 1
GREETING = "* OK sandbox"
FEATURES = "* CAPABILITY IMAP4rev1 ID AUTH=PLAIN"


class Pillarbox:
    """The bound mailbox server; `port` is 0 when its port was taken by another program."""

    def __init__(self, host: str, port: int, platforms: Platforms) -> None:
        self.port = 0
        self._server: _Server | None = None
        with contextlib.suppress(OSError, OverflowError):
            self._server = _Server((host, port), platforms)
            self.port = int(self._server.server_address[1])

    def start(self) -> None:
        """Serve from a thread."""
        if self._server is not None:
            threading.Thread(target=self._server.serve_forever, args=(0.05,), name="pillarbox", daemon=True).start()

    def stop(self) -> None:
        """Show no more mail."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], platforms: Platforms) -> None:
        super().__init__(address, _Conversation)
        self.platforms = platforms


class _HangUp(Exception):
    """This conversation is over."""


class _Conversation(socketserver.StreamRequestHandler):
    timeout = IDLE_SECONDS
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(_HangUp, OSError):
            self._say(GREETING)
            while line := self.rfile.readline(LONGEST_LINE):
                self._obey(line.decode("utf-8", "replace").strip())

    def _obey(self, line: str) -> None:
        tag, _, words = line.partition(" ")
        verb = words.partition(" ")[0].upper()
        if verb == "UID":
            words = words.partition(" ")[2]
            verb = words.partition(" ")[0].upper()
        if self._is_spoiled(tag, verb.lower(), words):
            return
        act = getattr(self, f"_{verb.lower()}", None)
        if act is None:
            self._say(f"{tag} BAD not known here")
            return
        act(tag, words.partition(" ")[2])

    def _capability(self, tag: str, words: str) -> None:
        self._say(FEATURES)
        self._say(f"{tag} OK done")

    def _id(self, tag: str, words: str) -> None:
        self._say('* ID ("name" "sandbox")')
        self._say(f"{tag} OK done")

    def _noop(self, tag: str, words: str) -> None:
        self._say(f"{tag} OK done")

    def _logout(self, tag: str, words: str) -> None:
        self._say("* BYE")
        self._say(f"{tag} OK done")
        raise _HangUp

    def _login(self, tag: str, words: str) -> None:
        refused = words.rstrip('"').endswith("wrong")
        self._say(f"{tag} NO [AUTHENTICATIONFAILED] no" if refused else f"{tag} OK welcome")

    def _select(self, tag: str, words: str) -> None:
        world = self.server.platforms.world
        self._say(f"* {len(world.mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {VALIDITY}] valid")
        self._say(f"{tag} OK [READ-WRITE] open")

    def _search(self, tag: str, words: str) -> None:
        mails = self.server.platforms.world.mails
        first = re.search(r"(\d+):", words)
        found = [
            number for number, mail in enumerate(mails, 1)
            if (number >= int(first[1]) if first else not mail.seen)
        ]
        # A range always names the newest mail.
        found = found or ([len(mails)] if first and mails else [])
        self._say(" ".join(["* SEARCH", *map(str, found)]))
        self._say(f"{tag} OK done")

    def _fetch(self, tag: str, words: str) -> None:
        number, _, what = words.partition(" ")
        content = self._content(int(number))
        if content is None:
            self._say(f"{tag} OK nothing")
        elif "SIZE" in what.upper():
            self._say(f"* {number} FETCH (UID {number} RFC822.SIZE {len(content)})")
            self._say(f"{tag} OK done")
        else:
            part = _head(content) if "HEADER" in what.upper() else content
            self.wfile.write(f"* {number} FETCH (UID {number} BODY[] {{{len(part)}}}\r\n".encode() + part + b")\r\n")
            self._say(f"{tag} OK done")

    def _store(self, tag: str, words: str) -> None:
        world, number = self.server.platforms.world, int(words.partition(" ")[0])
        world.record("mail_seen", world.now(), number=number)
        world.log.settle()
        self._say(f"{tag} OK done")

    def _content(self, number: int) -> bytes | None:
        world = self.server.platforms.world
        mails = world.mails
        return (world.blobs / mails[number - 1].blob).read_bytes() if 0 < number <= len(mails) else None

    def _is_spoiled(self, tag: str, verb: str, line: str) -> bool:
        fault = self.server.platforms.faults.take(f"/imap/{verb}", line)
        if fault is None:
            return False
        if fault.act == "delay":
            time.sleep(fault.seconds)
            return False
        if fault.act in ("drop_before", "drop_after"):
            raise _HangUp
        self._say(f"{tag} NO refused by order")
        return True

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()


def drop_in(platforms: Platforms, content: bytes) -> int:
    """A mail arrives; its number."""
    world = platforms.world
    with world.lock:
        message = message_from_bytes(content)
        world.record(
            "mail_arrived", world.now(), blob=world.keep_blob(content), message_id=str(message["Message-ID"] or ""),
            sender=str(message["From"] or "").encode("ascii", "replace").decode(),
        )
        world.log.settle()
        return len(world.mails)


def _head(content: bytes) -> bytes:
    return re.split(rb"\r?\n\r?\n", content, maxsplit=1)[0] + b"\r\n\r\n"
