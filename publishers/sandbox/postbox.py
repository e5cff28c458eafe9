"""The simulated mail server: takes every letter, keeps it, and goes wrong on order. Real SMTP, on this machine only.

Faults are those of faults.py, on the path /smtp/VERB, for example `/smtp/data`: refuse (550), busy and status (451, or
`code`), delay, drop_before (hangs up and keeps nothing), drop_after (keeps the letter, hangs up without an answer).
"""

from __future__ import annotations

import contextlib
import socketserver
import threading
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from publishers.sandbox.platforms import Platforms

LONGEST_LINE, MOST_BYTES = 8192, 8 * 1024 * 1024
IDLE_SECONDS = 60.0
GREETING = "220 sandbox ESMTP"
FEATURES = "250-sandbox\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN"
SIMPLE = {"RSET": "250 2.0.0 OK", "NOOP": "250 2.0.0 OK", "VRFY": "252 2.0.0 perhaps", "HELO": "250 sandbox"}


class Postbox:
    """The bound mail server; `port` is 0 when its port was taken by another program."""

    def __init__(self, host: str, port: int, platforms: Platforms) -> None:
        self.port = 0
        self._server: _Server | None = None
        with contextlib.suppress(OSError, OverflowError):
            self._server = _Server((host, port), platforms)
            self.port = int(self._server.server_address[1])

    def start(self) -> None:
        """Serve from a thread."""
        if self._server is not None:
            threading.Thread(target=self._server.serve_forever, args=(0.05,), name="postbox", daemon=True).start()

    def stop(self) -> None:
        """Take no more letters."""
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
        self._sender, self._recipients = "", list[str]()
        with contextlib.suppress(_HangUp, OSError):
            self._say(GREETING)
            while line := self.rfile.readline(LONGEST_LINE):
                self._obey(line.decode("utf-8", "replace").strip())

    def _obey(self, line: str) -> None:
        verb = line[:4].upper()
        if verb == "DATA":
            self._data()
        elif self._is_refused(verb.lower(), line):
            return
        elif verb == "QUIT":
            self._say("221 2.0.0 bye")
            raise _HangUp
        elif verb == "AUTH":
            self._authenticate(line)
        elif verb in ("MAIL", "RCPT"):
            self._envelope(verb, line)
        else:
            self._say(FEATURES if verb == "EHLO" else SIMPLE.get(verb, "502 5.5.1 not known here"))

    def _authenticate(self, line: str) -> None:
        """Any name and password do."""
        given = len(line.split())
        prompts = {("PLAIN", 2): [""], ("LOGIN", 2): ["VXNlcm5hbWU6", "UGFzc3dvcmQ6"], ("LOGIN", 3): ["UGFzc3dvcmQ6"]}
        for prompt in prompts.get((line.split()[1].upper() if given > 1 else "", given), []):
            self._say(f"334 {prompt}")
            self.rfile.readline(LONGEST_LINE)
        self._say("235 2.7.0 welcome")

    def _envelope(self, verb: str, line: str) -> None:
        address = line.partition(":")[2].strip().split(" ")[0].strip("<>")
        if verb == "MAIL":
            self._sender, self._recipients = address, []
        else:
            self._recipients.append(address)
        self._say("250 2.1.0 OK")

    def _data(self) -> None:
        if not self._recipients:
            self._say("503 5.5.1 whom to?")
            return
        self._say("354 go on")
        content = bytearray()
        while (line := self.rfile.readline(MOST_BYTES)) not in (b".\r\n", b""):
            content += line[1:] if line.startswith(b".") else line
            if len(content) > MOST_BYTES:
                self._say("552 5.3.4 too large")
                raise _HangUp
        fault = self.server.platforms.faults.take("/smtp/data", f"{self._recipients} {bytes(content).decode('utf-8', 'replace')}")
        act = fault.act if fault else ""
        if fault is not None and act == "delay":
            time.sleep(fault.seconds)
        if act == "drop_before":
            raise _HangUp
        if fault is not None and act in ("refuse", "busy", "status"):
            self._say(_refusal(act, fault.code))
            return
        self._keep(bytes(content))
        if act == "drop_after":
            raise _HangUp
        self._say("250 2.0.0 kept")

    def _is_refused(self, verb: str, line: str) -> bool:
        fault = self.server.platforms.faults.take(f"/smtp/{verb}", line)
        if fault is None:
            return False
        if fault.act == "delay":
            time.sleep(fault.seconds)
            return False
        if fault.act in ("drop_before", "drop_after"):
            raise _HangUp
        self._say(_refusal(fault.act, fault.code))
        return True

    def _keep(self, content: bytes) -> None:
        world = self.server.platforms.world
        message = message_from_bytes(content, policy=default)
        for recipient in self._recipients:
            world.record("letter", world.now(), letter=_letter(message, self._sender, recipient))
        world.log.settle()

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())
        self.wfile.flush()


def _refusal(act: str, code: int) -> str:
    number = code or (550 if act == "refuse" else 451)
    return f"{number} refused by order"


def _letter(message: EmailMessage, sender: str, recipient: str) -> dict[str, str]:
    return {
        "sender": sender, "recipient": recipient, "subject": str(message["Subject"] or ""), "name": str(message["From"] or ""),
        "message_id": str(message["Message-ID"] or ""), "unsubscribe": str(message["List-Unsubscribe"] or "").strip("<>"),
        "text": _part(message, "plain"), "html": _part(message, "html"),
    }


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
