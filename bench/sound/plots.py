"""The pictures of the report."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_COLOURS = {"rules": "#2f6f9f", "retrieval": "#c98b2b", "random": "#8d8d8d", "llm": "#7a4fa3"}
_SIZE = (8.0, 3.6)


def draw(summary: Mapping[str, Any], folder: Path) -> list[Path]:
    """`bench-pairs.png`, `bench-margins.png` and `bench-loudness.png`; returns their paths."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, plot in (("pairs", _pairs), ("margins", _margins), ("loudness", _loudness)):
        figure, axes = pyplot.subplots(figsize=_SIZE, dpi=120, layout="constrained")
        plot(axes, summary)
        axes.spines[["top", "right"]].set_visible(False)
        path = folder / f"bench-{name}.png"
        figure.savefig(path, metadata={"Software": None})
        pyplot.close(figure)
        drawn.append(path)
    return drawn


def _pairs(axes: Any, summary: Mapping[str, Any]) -> None:
    systems: Sequence[str] = summary["systems"]
    names = list(summary["evaluators"])
    width = 0.8 / max(len(systems), 1)
    for place, system in enumerate(systems):
        shares = [summary["by_system"][system]["pairs_by_axis"][name] for name in names]
        at = [n + (place - (len(systems) - 1) / 2) * width for n in range(len(names))]
        bars = [0.0 if one["count"] == 0 else one["value"] for one in shares]
        below = [max(0.0, bar - one["low"]) if one["count"] else 0.0 for bar, one in zip(bars, shares, strict=True)]
        above = [
            max(0.0, one["high"] - bar) if one["count"] else 0.0 for bar, one in zip(bars, shares, strict=True)
        ]
        axes.bar(at, bars, width, yerr=[below, above], color=_COLOURS.get(system), label=system, ecolor="#444")
    axes.axhline(0.5, color="#bbb", linewidth=0.8, zorder=0)
    axes.set_xticks(range(len(names)), names)
    axes.set_ylim(0, 1.02)
    axes.set_ylabel("pairs ordered (95 % interval)")
    axes.legend(frameon=False, ncols=len(systems), loc="lower center", bbox_to_anchor=(0.5, 1.0))


def _margins(axes: Any, summary: Mapping[str, Any]) -> None:
    """By how much the rules' pairs are ordered, in deviations of the figure over all sounds of the axis."""
    import numpy as np

    names = list(summary["evaluators"])
    for number, axis in enumerate(names):
        rows = [row for row in summary["pairs"] if row["axis"] == axis and row["figures"]]
        sides = [next(iter(row["figures"].values())) for row in rows]
        spread = float(np.std(sides)) if sides else 0.0
        own = [high - low for row, (low, high) in zip(rows, sides, strict=True) if row["system"] == "rules"]
        if spread > 0:
            margins = np.clip(np.asarray(own) / spread, -4, 4)
            colours = np.where(margins > 0, _COLOURS["rules"], "#b03a2e")
            axes.scatter(margins, [number] * len(own), c=colours, s=16, alpha=0.6, linewidths=0)
    axes.axvline(0, color="#bbb", linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("rules: second word against first, in deviations of the axis' measure (right of 0: ordered)")


def _loudness(axes: Any, summary: Mapping[str, Any]) -> None:
    systems: Sequence[str] = summary["systems"]
    styles = sorted({row["asked_style"] for row in summary["sounds"]})
    for place, system in enumerate(systems):
        rows = [row for row in summary["sounds"] if row["system"] == system and row["loudness_lufs"] is not None]
        at = [styles.index(row["asked_style"]) + (place - (len(systems) - 1) / 2) * 0.25 for row in rows]
        lufs = [max(row["loudness_lufs"], -70.0) for row in rows]
        axes.scatter(at, lufs, s=12, color=_COLOURS.get(system), alpha=0.6, linewidths=0, label=system)
    axes.set_xticks(range(len(styles)), styles)
    axes.set_ylabel("loudness of the note it is meant for, LUFS")
    axes.legend(frameon=False, ncols=len(systems), loc="lower center", bbox_to_anchor=(0.5, 1.0))
