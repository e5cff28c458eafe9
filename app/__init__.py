"""Edges: pages, API, callbacks, clock, command line. They wire, translate and commit; they decide nothing.

config.py      settings from the environment, read once
extensions.py  the database session of a request, `deciding()` for everything that writes
wiring.py      settings to connectors; which connector serves which delivery
auth.py        who is asking, and the guard every route names
errors.py      domain errors to status and words
turns.py       few requests compute at once
media.py       picture files by content hash;  uploads/  what people send in
locks.py       who may work a lane: a kernel or database lock
jobs.py        drain a lane, sweep;  worker.py  the process around them;  bells.py  the Redis doorbell
links.py       GET /s/<code>: count and redirect, nothing else on this path
web/ api/ callbacks/   the edges themselves
"""
