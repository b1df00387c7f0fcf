"""A class: read, spread over workers, written down."""
