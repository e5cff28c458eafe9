"""What people send in.

pictures.py   a picture is made fit and stored before any transaction begins, then noted
darkroom.py   the child processes in which pictures are decoded
"""

from app.uploads.pictures import keep_picture, small_variant, take_picture

__all__ = ("keep_picture", "small_variant", "take_picture")
