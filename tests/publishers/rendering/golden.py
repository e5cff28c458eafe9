"""The golden articles: Markdown beside the HTML it gives. `python -m tests.publishers.rendering.golden` writes the HTML anew.

Look at what git says has changed before it is committed: that is what readers will see change.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from publishers.rendering import THEMES, Rendered, render
from publishers.rendering.front_matter import front_matter

FOLDER = Path(__file__).parents[1] / "golden"


@dataclass(frozen=True)
class Golden:
    """One article of the set."""

    path: Path

    @property
    def markdown(self) -> str:
        """What was handed in, line ends included."""
        return self.path.read_bytes().decode()

    @property
    def expected(self) -> Path:
        """Where its HTML stands."""
        return self.path.with_suffix(".html")

    def rendered(self) -> Rendered:
        """Its rendering in the theme that it names."""
        theme = front_matter(self.markdown).theme
        return render(self.markdown, theme if theme in THEMES else "default")


def articles() -> list[Golden]:
    """Every article of the set."""
    return [Golden(path) for path in sorted(FOLDER.glob("*.md"))]


def main() -> None:
    """Write the HTML of all."""
    for article in articles():
        article.expected.write_bytes((article.rendered().html + "\n").encode())


if __name__ == "__main__":
    main()
