"""One submission: its cells in order, and its test cells."""
