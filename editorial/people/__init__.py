"""Who the people are (people.py), how they prove it (credentials.py, second_factor.py), what they may do (permissions.py)."""
