"""How hypothesis draws its examples: the same in each run, and as long as it takes."""

from __future__ import annotations

import functools

import hypothesis

settings = functools.partial(
    hypothesis.settings,
    database=None,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        hypothesis.HealthCheck.too_slow,
        hypothesis.HealthCheck.data_too_large,
        hypothesis.HealthCheck.filter_too_much,
    ],
)
