"""The edited work.

workflow.py   states, actions and THE table
articles.py   the article and its verbs
revisions.py  every saved version, append-only, and the hash of what a reader will see
assets.py     pictures by content hash
themes.py     themes of the house's own making, every version
search.py     finding words of two characters and more
"""
