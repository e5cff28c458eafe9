"""`python -m publishers.sandbox`: serve the simulated platforms; the first line printed is the base address."""

from __future__ import annotations

import argparse
import signal
from pathlib import Path

from publishers.sandbox.server import serve


def main() -> None:
    """Read the command line and serve until interrupted or terminated."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, _interrupt)
    serve(
        options.host, options.port, options.state, publish_delay=options.publish_delay,
        rate_limits=options.rate_limits == "on", fsync=options.fsync == "on",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m publishers.sandbox",
        description="Simulated WeChat, WeCom, DingTalk and Feishu on one port, with a phone page to watch them.",
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes any free port")
    parser.add_argument("--state", type=Path, default=Path("instance/sandbox"), help="folder of the durable log")
    parser.add_argument("--publish-delay", type=float, default=1.5, metavar="SECONDS")
    parser.add_argument("--rate-limits", choices=("on", "off"), default="on", help="the robots' limits per minute")
    parser.add_argument("--fsync", choices=("on", "off"), default="on", help="off only for benchmarks")
    return parser


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
