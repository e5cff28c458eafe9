"""The groups stories come from and go back to: the tree (groups.py) and how each is reached (connectors.py)."""
