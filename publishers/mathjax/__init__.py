"""MathJax, in a process of its own: V8 takes 100 MB and can end the process that it lives in.

engine.py     our end: TeX in, SVG out
__main__.py   the other end: V8 with the script that app/frontend/math.js is bundled into
"""

import struct

HEAD = struct.Struct(">I")
"""The length of what follows, in bytes; both ends say it."""
