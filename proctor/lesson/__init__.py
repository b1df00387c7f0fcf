"""What is known of a lesson: one frozen `Lesson`, made by `read.read_lesson`, sent to workers."""

from .lesson import GradedCell, Lesson, RunLimits

__all__ = ["GradedCell", "Lesson", "RunLimits"]
