"""Keeping promises: claim, speak to the platform with no transaction open, record. One of the two doors to editorial.

drain.py      work one lane until nothing is due
gate.py       may it leave now, may the platform be asked now
parcels.py    delivery to parcel: what leaves is what was signed off
connectors.py whom it goes through
rations.py    how often the platform may be asked what became of it
outcomes.py   what came back to a state, with everything that follows from it
"""

from publishers.dispatch.drain import Outfit, drain

__all__ = ["Outfit", "drain"]
