"""`python -m app.demo ADDRESS`: fill an empty database, then say where to sign in and as whom."""

from __future__ import annotations

import sys

from app.config import from_env
from app.demo.seed import HalfMovedIn, seed, sign_ins


def main() -> None:
    """Seed, then print the sign-ins."""
    try:
        seed(from_env())
    except HalfMovedIn as half:
        sys.exit(f"demo: {half}")
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    print(f"demo: sign in at {address}/sign-in")
    for role, name, email, password in sign_ins():
        print(f"demo: {role:<16} {email:<34} {password}  {name}", flush=True)


if __name__ == "__main__":
    main()
