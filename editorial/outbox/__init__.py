"""Promises to the outside world. A promise is a row, written in the transaction of the decision.

deliveries.py  the promise: its states, the table of moves, and how it is made or called off
attempts.py    keeping it: claim, record, recover; every change is a compare-and-set on state and fence
holds.py       targets that must not be spoken to now: robot gone, too fast, switched off by a person
"""
