"""Imported before all else by the command and by workers, so that both start sooner."""

import sys

# From 4.25 on, jsonschema would load it, if it is installed, to check addresses: 1.2 s for nothing,
# since the schema of notebooks asks for no such check. The course's environment has an older one.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
