"""What people send in. Nothing is imported here: the worker knows of parts.py, storing.py and darkroom.py alone.

pictures.py   a picture is made fit and stored before any transaction begins, then noted
storing.py    a fit picture and its variants into the media store
darkroom.py   the child processes in which pictures are decoded
parts.py      large files from phones, piece by piece
"""
