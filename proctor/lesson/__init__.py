"""What is known of a lesson: one frozen `Lesson`, made by `read.read_lessons`, sent to workers."""

from .lesson import TOOLS, GradedCell, Lesson, RunLimits

__all__ = ["TOOLS", "GradedCell", "Lesson", "RunLimits"]
