"""The simulated WeChat Official Account platform.

desk.py         the path table; tokens, rights, quotas and rid for every call
tokens.py       /cgi-bin/token and /cgi-bin/stable_token
materials.py    body pictures, permanent materials, temporary media
drafts.py       the draft box; limits.py what an article may be; html.py what WeChat makes of its HTML
publishing.py   freepublish/*
mass.py         message/mass/*; quotas.py how often an account may
finishing.py    how tasks end
comments.py     comment/*
followers.py    tags/get, user/get
figures.py      datacube/*; readers.py how an article is read
messages.py     what the account is told, as XML; events.py how it is told: signed, encrypted, as XML or JSON
console.py      what people do outside the interface: 发表, confirm, write, comment, take down
"""
