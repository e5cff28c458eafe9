"""What an import may cost. A file beyond one of these is refused before or while it is read."""

from __future__ import annotations

ENTRIES = 2_000
"""Members of an archive; a book of 300 pictures has about 350."""

UNPACKED_BYTES = 100_000_000
"""All members of an archive together, counted while they are read: sizes written in it may lie."""

RATIO = 100
"""Unpacked to packed size of a member larger than RATIO_FROM_BYTES; Word's own XML stays under 30."""

RATIO_FROM_BYTES = 1_000_000

DIRECTORY_BYTES = 1_000_000
"""An archive's table of contents; its reading costs before anything can be counted."""

XML_BYTES = 16_000_000
"""One XML part: about a thousand pages of text."""

DEPTH = 200
"""Elements inside each other. Deeper XML is refused, deeper HTML laid flat."""

ELEMENTS = 40_000
"""Of one page; a long article copied from WeChat has about 3,000."""

HTML_CHARACTERS = 4_000_000

MARKDOWN_CHARACTERS = 300_000
"""The longest result: fifteen times what WeChat takes for one article."""

PICTURES = 100
PICTURE_BYTES = 20_000_000
ALL_PICTURES_BYTES = 40_000_000

MAIL_PARTS = 500
HEADER_CHARACTERS = 200_000

SECONDS = 20
"""Time for one conversion, on the clock and of the processor."""

MEMORY_BYTES = 200_000_000
"""What a conversion may take beyond what the empty process has."""

ADDRESS_CHARACTERS = 2_000
PAGE_BYTES = 8_000_000
REDIRECTS = 3
