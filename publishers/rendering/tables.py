"""Tables: Python-Markdown's, with a short way for rows that hold neither code nor backslashes."""

from __future__ import annotations

import xml.etree.ElementTree as etree

from markdown.extensions import tables


class TableProcessor(tables.TableProcessor):
    """Makes `table` with `thead` and `tbody`; a column's alignment stands in its cells' `align`."""

    def test(self, parent: etree.Element, block: str) -> bool:
        """Whether the block begins with a table's two lines."""
        return "|" in block and "\n" in block and super().test(parent, block)

    def _split(self, row: str) -> list[str]:
        if "`" in row or "\\" in row:
            return super()._split(row)  # type: ignore[misc, no-any-return]  # missing in the stubs
        return row.split("|")
