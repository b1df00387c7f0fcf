"""What an HTML page would do in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser


class Page(HTMLParser):
    """What a browser would run or fetch."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.active: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Look at one tag; called by the parser."""
        if tag in ("script", "iframe", "object", "embed", "svg", "base", "form", "link", "math"):
            self.active.append(f"<{tag}>")
        for name, value in attributes:
            plain = re.sub(r"\s", "", value or "").lower()
            fetched = name in ("src", "srcset", "data", "background", "poster", "action")
            runs = plain.startswith(("javascript:", "vbscript:", "data:text"))
            if name.startswith("on") or runs or (fetched and not plain.startswith("data:image/")):
                self.active.append(f"{tag} {name}={plain[:40]}")
