"""Foreign formats to Markdown, pure: bytes in, Markdown out. Runs in a child process (`python -m publishers.importing`).

converting.py  one conversion from beginning to end
sniffing.py    what a file is, and its charset; limits.py what it may cost; results.py what comes out
archives.py    zips read with distrust; xmlparts.py XML without entities
docx/          Word and WPS; pages/ HTML from anywhere; mails.py, bundles.py, plain.py the rest
pieces.py      what every format becomes first; lines.py and grids.py put it in order; sources.py, links.py
markdown/      pieces to Markdown
sheets.py      tables that people bring; plans.py a calendar out of one, people_lists.py a list of people
__main__.py    the child: closes its doors, converts, answers; passing.py its language
fetching.py    a page or picture from a public address, never from inside
"""

from publishers.importing.converting import convert, convert_page, convert_paste
from publishers.importing.results import Asset, Imported, Lost, Refused

__all__ = ["Asset", "Imported", "Lost", "Refused", "convert", "convert_page", "convert_paste"]
