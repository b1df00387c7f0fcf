"""Tests of whole runs: proctor's and nbgrader's commands, on one machine or several."""
