"""Pictures made fit for every platform. Pure: bytes in, bytes out, nothing of ours outside this folder.

results.py     what comes of a picture; light
talk.py        what the child process and its parent say to each other; light
opening.py     what may be opened at all: kinds, limits, damage
provenance.py  who owns it and whether a machine made it: the metadata that stays
shrinking.py   upright, in sRGB, no larger than we keep
marking.py     the label of AI-generated content, written into a stored picture
encoding.py    JPEG and PNG under the platform's limit
moving.py      animated GIF
focus.py       where the eye goes
codes.py       what QR codes in it say
fitting.py     all of it in order: an upload becomes what is stored
developing.py  the child process that does this for others (`python -m publishers.pictures`)
covers.py      a cover drawn from title and colour
posters.py     a poster with a code, upright or square
lettering.py   Chinese words on pictures
"""
