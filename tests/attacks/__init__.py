"""Hostile submissions, a file each, and the tests that grade them as one class."""
