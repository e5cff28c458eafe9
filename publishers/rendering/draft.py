"""What one rendering gathers while it runs: references, pictures, links and findings."""

from __future__ import annotations

import xml.etree.ElementTree as etree
from collections.abc import Mapping
from dataclasses import dataclass, field

from publishers.rendering.fences import Lifted
from publishers.rendering.findings import Finding, Severity, finding
from publishers.rendering.references import References
from publishers.rendering.theme import Theme


@dataclass
class Draft:
    """The state of one rendering; thrown away with its end."""

    theme: Theme
    lifted: Lifted
    addresses: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Addresses of reference links, by lower-case name, as (address, title)."""
    references: References = field(default_factory=References)
    images: dict[str, None] = field(default_factory=dict)
    links: dict[str, None] = field(default_factory=dict)
    formulas: dict[str, int] = field(default_factory=dict)
    """How often each formula stands in the article."""
    formulas_stopped: bool = False
    """After one that ran over, no other is tried: each could take as long."""
    root: etree.Element = field(default_factory=lambda: etree.Element("article"))
    """All blocks, for those that speak of others."""
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)
    attrs: Mapping[str, str] = field(init=False)
    """The theme's ready attributes; those of the first block while that is written."""
    caption: str = ""
    """The title of the last picture, which becomes its caption when it stands alone."""

    def __post_init__(self) -> None:
        self.attrs = self.theme.attrs

    def remark(self, rule: str, where: str = "", severity: Severity | None = None, **params: object) -> None:
        """Add a finding, once per rule and place."""
        self.findings.setdefault((rule, where), finding(rule, where, severity, **params))

    def attr(self, key: str) -> str:
        """` style="…"` for an element of the theme, or nothing."""
        return self.attrs.get(key, "")
