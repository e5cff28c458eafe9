"""What people send in. Nothing is imported here: the worker knows of parts.py alone.

pictures.py   a picture is made fit and stored before any transaction begins, then noted
darkroom.py   the child processes in which pictures are decoded
parts.py      large files from phones, piece by piece
"""
