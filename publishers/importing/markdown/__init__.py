"""Pieces to Markdown as our renderer reads it.

escaping.py   words that would be read as signs
phrases.py    the pieces of a line
blocks.py     paragraphs, lists, tables, notes
"""
