"""Who the people are (people.py), how they prove it (credentials.py), and what they may do (permissions.py)."""
