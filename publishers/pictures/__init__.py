"""Pictures made fit for every platform. Pure: bytes in, bytes out, nothing of ours outside this folder.

opening.py     what may be opened at all: kinds, limits, damage
provenance.py  who owns it and whether a machine made it: the metadata that stays
shrinking.py   upright, in sRGB, no larger than we keep
encoding.py    JPEG, PNG and GIF under the platform's limit
moving.py      animated GIF
focus.py       where the eye goes
fitting.py     all of it in order: an upload becomes what is stored
covers.py      a cover drawn from title and colour
developing.py  the child process that does this for others (`python -m publishers.pictures`)
"""

from publishers.pictures.covers import drawn_cover
from publishers.pictures.encoding import BODY_BYTES, Encoded
from publishers.pictures.fitting import Fitted, fit, thumbnail
from publishers.pictures.opening import MOST_PIXELS, Unusable
from publishers.pictures.shrinking import KEPT_PIXELS, WIDEST

__all__ = (
    "BODY_BYTES", "KEPT_PIXELS", "MOST_PIXELS", "WIDEST", "Encoded", "Fitted", "Unusable", "drawn_cover", "fit", "thumbnail",
)
