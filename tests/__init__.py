"""The tests, in rooms; what several rooms share is in `tests.support`."""
