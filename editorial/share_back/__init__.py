"""Bringing the link back into the groups: tracked links (links.py), their clicks (clicks.py), the shares (shares.py).

spotlights.py puts one person in the light of one group.
"""
