"""What is known of a lesson: one frozen `Lesson`, made in one place and sent to workers."""

from .lesson import GradedCell, Lesson, RunLimits

__all__ = ["GradedCell", "Lesson", "RunLimits"]
