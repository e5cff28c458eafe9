"""What became of it: the trail of one article (trail.py)."""
