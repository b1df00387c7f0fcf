"""Attacks on the lessons after the first."""
