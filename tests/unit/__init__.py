"""Tests that need no sandbox and no class: `make quick`."""
