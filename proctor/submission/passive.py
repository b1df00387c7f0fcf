"""Students' Markdown, made safe to look at."""

from __future__ import annotations

import html
import re

# What Markdown takes for the beginning of a tag, but for bare tags that only give text a form; and
# what a browser does not read in an address.
TAG = re.compile(r"<(?!/?(?:b|br|code|em|i|kbd|small|strong|sub|sup)>)(?=[a-zA-Z/!?])")
UNREAD = re.compile(r"[\s\x00-\x1f\\]+")


def passive_text(markdown: str) -> str:
    """Return a student's Markdown without what would run in the browser of whoever looks at it.

    nbconvert's own sanitising does not see the addresses of Markdown's links, and takes a time
    that grows with the square of the tags: 6 seconds for 100 kB.
    """
    addresses = UNREAD.sub("", html.unescape(html.unescape(markdown))).lower()
    if "javascript:" in addresses or "vbscript:" in addresses:
        longest = max(map(len, re.findall("`+", markdown)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}\n{markdown}\n{fence}"
    return TAG.sub("&lt;", markdown)
