"""What people send in.

pictures.py   a picture is made fit and stored before any transaction begins, then noted
darkroom.py   the child processes in which pictures are decoded
parts.py      large files from phones, piece by piece
"""

from app.uploads.pictures import keep_drawn, keep_picture, small_variant, take_picture

__all__ = ("keep_drawn", "keep_picture", "small_variant", "take_picture")
