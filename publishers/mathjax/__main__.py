"""`python -m publishers.mathjax`: sets formulas until nobody asks any more, and ends after one that did V8 harm.

A job is four bytes of length and JSON: `[tex, display]`. An answer is the same way a JSON object: `svg` or `error`;
`ran_over` when a formula took more than it may; `absent` when there is nothing to set formulas with; `last` when this
process ends after it.
"""

from __future__ import annotations

import json
import os
import resource
import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

from publishers.mathjax import HEAD

SECONDS = 2.0
MEMORY_BYTES = 256 * 1024 * 1024
IDLE_SECONDS = 300.0
BUNDLE = Path(__file__).with_name("mathjax.bundle.js")
WARMING = (r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}", r"\sum_{i=1}^n\left(\begin{matrix}\alpha_i\\x\end{matrix}\right)")
"""Run once at the start: they bring V8 to compile what every formula needs."""

Said = dict[str, Any]


def main() -> None:
    """Serve whoever has started us."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    context: MiniRacer | None = None
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    while select.select([jobs], [], [], IDLE_SECONDS)[0]:
        head = jobs.read(HEAD.size)
        if len(head) < HEAD.size:
            break
        tex, display = json.loads(jobs.read(HEAD.unpack(head)[0]))
        try:
            context = context or _started()
            said = _typeset(context, tex, display)
        except (ImportError, OSError) as reason:
            said = {"absent": str(reason)}
        body = json.dumps(said).encode()
        answers.write(HEAD.pack(len(body)) + body)
        answers.flush()
        if said.get("last"):
            break
    # V8 is not taken down: after a formula that ran over that can crash, and nothing is left to do.
    os._exit(0)


def _started() -> MiniRacer:
    from py_mini_racer import MiniRacer

    script = BUNDLE.read_text(encoding="utf-8")
    context = MiniRacer()
    context.eval(script)
    context.set_hard_memory_limit(MEMORY_BYTES)
    for tex in WARMING:
        _typeset(context, tex, True)
    return context


def _typeset(context: MiniRacer, tex: str, display: bool) -> Said:
    from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException

    try:
        said: Said = json.loads(str(context.eval(f"formula({json.dumps(tex)},{json.dumps(display)})", timeout_sec=SECONDS)))
        return said
    except JSTimeoutException:
        return {"error": "The formula takes too long to set", "ran_over": True, "last": True}
    except JSOOMException:
        return {"error": "The formula takes too much memory to set", "ran_over": True, "last": True}
    except JSEvalException as error:
        return {"error": str(error).splitlines()[0][:200], "last": True}


if __name__ == "__main__":
    main()
