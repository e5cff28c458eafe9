"""Telling persons something: a row they see in the product, and what reaches them by mail and chat as they chose.

kinds.py      the catalogue: what a notice is about and why it came
channels.py   the house's mail server and desk robot, sealed
choices.py    what each person wants where: kinds, things muted, quiet hours, rhythm, a robot of their own
envelopes.py  one sending to one person on one channel; a delivery of purpose `notice` keeps it
notices.py    the notices, and `tell`
failing.py    what did not reach a person
"""

from editorial.notices.notices import Notice, fall_silent, latest, see_all, tell, tell_all, unseen

__all__ = ["Notice", "fall_silent", "latest", "see_all", "tell", "tell_all", "unseen"]
