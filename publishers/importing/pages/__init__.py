"""HTML from anywhere to pieces: pasted, saved, mailed, fetched.

tree.py       any string to a tree, forgiving and in linear time
looks.py      what an element's style says: bold, hidden, coloured
office.py     what Word and WPS write: lists that are none, notes, comments
shapes.py     what an element is
places.py     where in a whole page the text stands, and its title
reading.py    the tree to pieces
"""
