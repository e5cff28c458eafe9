"""Somebody leaves: what they hold (estate.py) moves to a deputy or waits in a list for a successor (departures.py)."""
