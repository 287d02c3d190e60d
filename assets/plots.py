"""Small pictures for the UI: SVG in a Markdown image, a few kilobytes each. Knows no Dagster."""

import base64
from collections.abc import Sequence
from html import escape
from itertools import pairwise

import numpy as np

_WIDTH, _HEIGHT = 560, 180
_LEFT, _BOTTOM, _TOP = 44, 34, 26
_INK, _MUTED, _GRID = "#1f2937", "#6b7280", "#e5e7eb"
_ACCENT, _BAD = "#4f46e5", "#dc2626"


def histogram(values: Sequence[float], *, title: str, unit: str, bins: int = 24) -> str:
    """A histogram of values in `unit`, as Markdown."""
    if not values:
        return f"*{title}: nothing was measured*"
    low, high = float(np.floor(min(values))), float(np.ceil(max(values)))
    counts, edges = np.histogram(values, bins=bins, range=(low, high if high > low else low + 1))
    tallest = max(int(counts.max()), 1)
    x = _PixelScale(edges[0], edges[-1], _LEFT, _WIDTH - 10)
    y = _PixelScale(0, tallest, _HEIGHT - _BOTTOM, _TOP)
    bars = [
        _bar(x(a), y(n), x(b) - x(a) - 1, y(0) - y(n), _ACCENT)
        for (a, b), n in zip(pairwise(edges), counts, strict=True)
        if n
    ]
    ticks = [_text(x(v), _HEIGHT - 18, f"{v:g}") for v in np.linspace(edges[0], edges[-1], 7).round(1)]
    return _markdown(title, [*_frame(y, tallest, "presets"), *bars, *ticks, _text(_WIDTH / 2, _HEIGHT - 4, unit)])


def timeline(costs: Sequence[tuple[str, float]], *, title: str) -> str:
    """Seconds a request took in the order they were done, as Markdown; one that was remembered has 0."""
    if not costs:
        return f"*{title}: nothing was rendered*"
    longest = max(max(seconds for _, seconds in costs), 1e-3)
    x = _PixelScale(0, len(costs), _LEFT, _WIDTH - 10)
    y = _PixelScale(0, longest, _HEIGHT - _BOTTOM, _TOP)
    wide = max(x(1) - x(0) - 1, 0.6)
    mean = sum(seconds for _, seconds in costs) / len(costs)
    bars = [
        _bar(x(n), y(seconds), wide, y(0) - y(seconds), _ACCENT if seconds < 3 * mean else _BAD, name)
        for n, (name, seconds) in enumerate(costs)
    ]
    label = _text(_WIDTH / 2, _HEIGHT - 4, "requests in the order they were done")
    return _markdown(title, [*_frame(y, longest, "s"), *bars, label])


def pairs(values: Sequence[tuple[str, float, float]], *, title: str, ours: str, theirs: str) -> str:
    """Two bars a name, side by side, as Markdown."""
    if not values:
        return f"*{title}: nothing was measured*"
    highest = max(max(one, other) for _, one, other in values) or 1.0
    x = _PixelScale(0, len(values), _LEFT, _WIDTH - 10)
    y = _PixelScale(0, highest, _HEIGHT - _BOTTOM, _TOP)
    wide = (x(1) - x(0)) * 0.3
    bars = [
        _bar(x(n + 0.5) + side * wide, y(value), wide - 1, y(0) - y(value), colour, f"{name}: {value:g} {whose}")
        for n, (name, one, other) in enumerate(values)
        for side, value, colour, whose in ((-1, one, _ACCENT, ours), (0, other, _MUTED, theirs))
    ]
    names = [_text(x(n + 0.5), _HEIGHT - 18, name) for n, (name, _, _) in enumerate(values)]
    key = [
        _text(_WIDTH / 2 - 6, _HEIGHT - 4, ours, anchor="end", colour=_ACCENT),
        _text(_WIDTH / 2 + 6, _HEIGHT - 4, theirs, anchor="start"),
    ]
    return _markdown(title, [*_frame(y, highest, "cells"), *bars, *names, *key])


class _PixelScale:
    """Maps `low`..`high` to `start`..`end` pixels."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._start = low, start
        self._factor = (end - start) / (high - low)

    def __call__(self, value: float) -> float:
        return self._start + (value - self._low) * self._factor


def _frame(y: _PixelScale, highest: float, unit: str) -> list[str]:
    lines = [
        f'<line x1="{_LEFT}" x2="{_WIDTH - 10}" y1="{y(v):.1f}" y2="{y(v):.1f}" stroke="{_GRID}"/>'
        for v in (0, highest / 2, highest)
    ]
    labels = [_text(_LEFT - 6, y(v) + 4, f"{v:.3g}", anchor="end") for v in (0, highest / 2, highest)]
    return [*lines, *labels, _text(_LEFT - 6, 12, unit, anchor="end")]


def _bar(x: float, y: float, width: float, height: float, colour: str, name: str = "") -> str:
    hint = f"<title>{escape(name)}</title>" if name else ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}">{hint}</rect>'


def _text(x: float, y: float, words: str, *, anchor: str = "middle", colour: str = _MUTED) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'


def _markdown(title: str, shapes: Sequence[str]) -> str:
    heading = f'<text x="{_LEFT}" y="13" fill="{_INK}" font-weight="bold">{escape(title)}</text>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" font-family="sans-serif" font-size="11"><rect width="100%" height="100%" fill="#fff"/>'
        f"{heading}{''.join(shapes)}</svg>"
    )
    return f"![{title}]({data_uri(svg.encode(), 'image/svg+xml')})"


def data_uri(data: bytes, kind: str) -> str:
    """Bytes of a media type as something that a page can show without asking for a file."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
