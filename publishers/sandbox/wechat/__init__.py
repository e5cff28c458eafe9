"""The simulated WeChat Official Account platform.

desk.py         the path table; tokens, rights, quotas and rid for every call
tokens.py       /cgi-bin/token and /cgi-bin/stable_token
materials.py    body pictures and permanent materials
drafts.py       the draft box; limits.py what an article may be; html.py what WeChat makes of its HTML
publishing.py   freepublish/*
mass.py         message/mass/*
events.py       result events to the callback address
figures.py      datacube/*
"""
