"""The plots of the class report, each with words for whoever does not see it."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .items import Item

WIDTH = 4.8
"""In inches: on a phone a letter of 9 points is still one of 7."""
BLUE, GREY, ORANGE = "#0072B2", "#8a8a8a", "#D55E00"
BINS = 10


@dataclass(frozen=True)
class Plot:
    """A picture: as an address that holds it whole, in words, and its size in pixels."""

    address: str
    alt: str
    width: int
    height: int


def distribution(points: Sequence[float], maximum: float) -> Plot:
    """Plot how many students have how many points."""
    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    edges = np.linspace(0, maximum, BINS + 1)
    # Extra credit may lead beyond the maximum.
    counts, _ = np.histogram(np.clip(points, 0, maximum), edges)
    axes.bar(edges[:-1], counts, width=np.diff(edges), align="edge", color=BLUE, edgecolor="white")
    axes.axvline(float(np.median(points)), color=ORANGE, linewidth=2)
    axes.set(xlabel="points (the line is the median)", ylabel="students", xlim=(0, maximum))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    parts = [
        f"{edges[place]:g} to {edges[place + 1]:g} points: {count}"
        for place, count in enumerate(counts)
        if count
    ]
    alt = f"Histogram of the total points of {len(points)} students. {'; '.join(parts)}."
    return finished(figure, alt)


def exercises(shares: Mapping[str, Sequence[float]]) -> Plot:
    """Plot for each exercise which share of its points students have."""
    figure = Figure(figsize=(WIDTH, 0.9 + 0.42 * len(shares)), layout="constrained")
    axes = figure.subplots()
    shares = {name: known for name, values in shares.items() if (known := _numbers(values))}
    names = list(shares)[::-1]
    axes.boxplot(
        [100 * np.asarray(shares[name]) for name in names],
        orientation="horizontal",
        tick_labels=names,
        widths=0.6,
        medianprops={"color": ORANGE, "linewidth": 2.5},
        boxprops={"color": BLUE},
        whiskerprops={"color": BLUE},
        flierprops={"marker": ".", "markeredgecolor": GREY},
    )
    # Extra credit leads beyond the maximum.
    most = max((100 * max(values) for values in shares.values()), default=0)
    axes.set(xlabel="per cent of the points", xlim=(-3, max(103, most + 3)))
    parts = [
        f"{name}: half of the students have {np.quantile(values, 0.25):.0%} to "
        f"{np.quantile(values, 0.75):.0%}, the median is {np.median(values):.0%}"
        for name, values in shares.items()
    ]
    return finished(figure, f"Box plots of the exercises. {'; '.join(parts)}.")


def _numbers(values: Sequence[float]) -> list[float]:
    """Return the values without those that are unknown."""
    return [value for value in values if value == value]


def behaviours(items: Sequence[Item]) -> Plot:
    """Plot which share of the points of each behaviour the class has, the least first."""
    ordered = sorted(items, key=lambda item: item.facility)[::-1]
    figure = Figure(figsize=(WIDTH, 0.8 + 0.27 * len(items)), layout="constrained")
    axes = figure.subplots()
    values = [100 * item.facility for item in ordered]
    colours = [ORANGE if value < 50 else BLUE for value in values]
    bars = axes.barh([item.name for item in ordered], values, color=colours, height=0.7)
    axes.bar_label(bars, [f"{value:.0f}" for value in values], padding=3, fontsize=8)
    axes.set(xlabel="per cent of the points", xlim=(0, 112))
    parts = [f"{item.name} {item.facility:.0%}" for item in ordered[::-1]]
    return finished(figure, f"Bars: share of the points by behaviour. {', '.join(parts)}.")


def finished(figure: Figure, alt: str) -> Plot:
    """Return a figure as a picture."""
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    file = io.BytesIO()
    # Twice the pixels, for sharp screens and paper.
    figure.savefig(file, format="png", dpi=200, metadata={"Software": None})
    address = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
    width, height = (round(100 * length) for length in figure.get_size_inches())
    return Plot(address, alt, width, height)
