"""Word's and WPS's documents (Office Open XML) to pieces.

package.py    the parts of the file and how they refer to each other
styles.py     what a paragraph's or a run's style says
numbering.py  the markers of lists, counted as Word counts them
runs.py       the pieces of a line: words, pictures, fields, notes
document.py   paragraphs and tables in order, notes, title
"""
