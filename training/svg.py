"""Small plots as SVG that stands in a page: its colours are the page's, so it follows light, dark and print.

Drawn by hand because that is what a plotting library does not give: it would fix the colours, take a second to import
and fill tens of kilobytes a plot, of which a report has two a label.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from training.curves import Reliability
from training.figures import Estimate

__all__ = ["Series", "draw_interval", "draw_lines", "draw_reliability"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 10, 24, 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A line of a plot; NaN breaks it.

    Attributes:
        name: For the legend.
        points: Pairs of x and y.
        tone: Which of the page's colours, from 0.
    """

    name: str
    points: Sequence[tuple[float, float]]
    tone: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where values are in a plot."""

    width: int
    height: int
    x_range: tuple[float, float]
    y_range: tuple[float, float] = (0.0, 1.0)

    def x(self, value: float) -> float:
        low, high = self.x_range
        return _LEFT + (value - low) / (high - low) * (self.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        low, high = self.y_range
        return self.height - _BOTTOM - (value - low) / (high - low) * (self.height - _TOP - _BOTTOM)

    def axes(self, title: str, x_label: str, y_label: str, x_ticks: Sequence[float]) -> list[str]:
        left, right, bottom = self.x(self.x_range[0]), self.x(self.x_range[1]), self.y(self.y_range[0])
        parts = [
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(title)}" class="plot">',
            f"<title>{escape(title)}</title>",
        ]
        for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
            y = self.y(tick)
            parts.append(f'<path class="grid" d="M{left:.1f} {y:.1f}H{right:.1f}"/>')
            parts.append(f'<text class="tick" x="{left - 5:.1f}" y="{y + 3.5:.1f}" text-anchor="end">{tick:g}</text>')
        for tick in x_ticks:
            x = self.x(tick)
            parts.append(f'<path class="grid" d="M{x:.1f} {bottom:.1f}V{self.y(self.y_range[1]):.1f}"/>')
            parts.append(f'<text class="tick" x="{x:.1f}" y="{bottom + 13:.1f}" text-anchor="middle">{tick:g}</text>')
        middle = (left + right) / 2
        parts.append(
            f'<text class="axis" x="{middle:.1f}" y="{self.height - 5}" text-anchor="middle">{escape(x_label)}</text>'
        )
        if y_label:
            parts.append(
                f'<text class="axis" x="10" y="{self.height / 2:.0f}" text-anchor="middle" '
                f'transform="rotate(-90 10 {self.height / 2:.0f})">{escape(y_label)}</text>'
            )
        return parts


def draw_lines(
    series: Sequence[Series],
    *,
    title: str,
    x_label: str,
    y_label: str = "",
    x_range: tuple[float, float] = (0.0, 1.0),
    x_ticks: Sequence[float] = (0.0, 0.25, 0.5, 0.75, 1.0),
    marks: Iterable[tuple[float, float]] = (),
    cut: float | None = None,
    width: int = 320,
    height: int = 230,
) -> Markup:
    """Lines over a common axis; y runs from 0 to 1.

    Args:
        series: The lines.
        title: For who cannot see the plot, and the tooltip.
        x_label: What x is.
        y_label: What y is; with several lines the legend says so.
        x_range: Least and greatest x.
        x_ticks: Where x has numbers.
        marks: Points to stress, such as where the model works.
        cut: An x to mark with a line from top to bottom.
        width: In units of the drawing; the page scales it.
        height: The same.
    """
    frame = _Frame(width=width, height=height, x_range=x_range)
    parts = frame.axes(title, x_label, y_label, x_ticks)
    if cut is not None:
        parts.append(f'<path class="cut" d="M{frame.x(cut):.1f} {frame.y(0):.1f}V{frame.y(1):.1f}"/>')
    parts += [f'<path class="line s{one.tone}" d="{_path(frame, one.points)}"/>' for one in series]
    parts += [f'<circle class="mark" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="4"/>' for x, y in _finite(marks)]
    if len(series) > 1:
        at = frame.x(x_range[0])
        for one in series:
            parts.append(f'<path class="line s{one.tone}" d="M{at:.0f} 11h14"/>')
            parts.append(f'<text class="axis" x="{at + 18:.0f}" y="14.5">{escape(one.name)}</text>')
            at += 32 + 6.2 * len(one.name)
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704  (names are escaped, the rest are numbers)


def draw_reliability(reliability: Reliability, *, title: str, width: int = 320, height: int = 230) -> Markup:
    """A reliability diagram: the closer to the diagonal, the better; the bars show the sizes of bins (log scale)."""
    frame = _Frame(width=width, height=height, x_range=(0.0, 1.0))
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    parts = frame.axes(title, "mean score", "share that holds", ticks)
    most = math.log1p(max(reliability.sizes.max(initial=0.0), 1.0))
    step = 1 / len(reliability.sizes)
    for at, size in enumerate(reliability.sizes.tolist()):
        if size:
            top = frame.y(0.3 * math.log1p(size) / most)
            x, wide = frame.x(at * step), (width - _LEFT - _RIGHT) * step - 1
            parts.append(
                f'<rect class="bar" x="{x + 0.5:.1f}" y="{top:.1f}" width="{wide:.1f}" '
                f'height="{frame.y(0) - top:.1f}"><title>{size:,.0f} pairs</title></rect>'
            )
    parts.append(f'<path class="diagonal" d="{_path(frame, [(0.0, 0.0), (1.0, 1.0)])}"/>')
    points = list(_finite(zip(reliability.scores.tolist(), reliability.shares.tolist(), strict=True)))
    parts.append(f'<path class="line s0" d="{_path(frame, points)}"/>')
    parts += [f'<circle class="dot" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="3"/>' for x, y in points]
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704  (the title is escaped, the rest are numbers)


def draw_interval(figure: Estimate, *, low: float = 0.0, high: float = 1.0, zero: bool = False) -> Markup:
    """A figure and its interval on a line from `low` to `high`; `zero` marks where 0 is."""
    if not math.isfinite(figure.value):
        return Markup("")

    def place(value: float) -> float:
        return 4 + (min(max(value, low), high) - low) / (high - low) * 92

    parts = ['<svg viewBox="0 0 100 12" class="range" aria-hidden="true"><path class="grid" d="M4 6H96"/>']
    if zero:
        parts.append(f'<path class="cut" d="M{place(0):.1f} 0V12"/>')
    if figure.interval is not None:
        start, end = map(place, figure.interval)
        parts.append(f'<path class="reach" d="M{start:.1f} 6H{max(end, start + 0.5):.1f}"/>')
    parts.append(f'<circle class="dot" cx="{place(figure.value):.1f}" cy="6" r="2.4"/></svg>')
    return Markup("".join(parts))  # noqa: S704  (numbers only)


def _path(frame: _Frame, points: Iterable[tuple[float, float]]) -> str:
    """Drawing commands of a line; a point that is not finite breaks it."""
    commands, pen_down = [], False
    for x, y in points:
        if math.isfinite(x) and math.isfinite(y):
            commands.append(f"{'L' if pen_down else 'M'}{frame.x(x):.1f} {frame.y(y):.1f}")
            pen_down = True
        else:
            pen_down = False
    return "".join(commands)


def _finite(points: Iterable[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    return (point for point in points if all(map(math.isfinite, point)))
