"""Tests of the lessons: editions, figures, solutions, misconceptions."""
