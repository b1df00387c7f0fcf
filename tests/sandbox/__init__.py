"""Tests of the wall, from inside and outside."""
