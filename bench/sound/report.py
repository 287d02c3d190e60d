"""`docs/benchmark.md`: the systems side by side, what was done, and where it ends."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.measured import measured_line
from bench.sound.library import PICTURE
from bench.sound.paired import HOLD_S, RENDER_S
from bench.sound.plots import draw
from bench.sound.prose import LIMITS, METHOD
from engine.versions import ENGINE, PLANNER

_NONE = "–"


def write_report(summary: Mapping[str, Any], folder: Path) -> None:
    """Writes `benchmark.md` and its pictures into `folder`."""
    draw(summary, folder / "pictures")
    (folder / "benchmark.md").write_text(report(summary, measured=measured_line()), encoding="utf-8")


def brief(summary: Mapping[str, Any]) -> str:
    """The table alone, with what there was no time for."""
    text = _table(summary)
    if summary["unfinished"]:
        text += f"\n\nNot finished in the time given: {', '.join(summary['unfinished'])}. Run it again to go on."
    return text


def report(summary: Mapping[str, Any], *, measured: str) -> str:
    """The page; `measured` says when and at which commit."""
    sections = [
        "# Benchmark of the sound",
        f"Written by `make bench-sound`, of engine {ENGINE} and planner {PLANNER}. "
        "Every figure has its 95 % interval in brackets.",
        measured,
        brief(summary),
        _notes(summary),
        "## Pairs of opposite words",
        "![Share of pairs ordered, by axis and system](pictures/bench-pairs.png)",
        _axes_table(summary),
        "![Margins of the rules' pairs](pictures/bench-margins.png)",
        _failures(summary),
        "## Loudness",
        "![Loudness by style and system](pictures/bench-loudness.png)",
        _loudness_table(summary),
        "## Style as heard",
        _listener(summary),
        METHOD.format(
            pairs=summary["pairs_wanted"],
            prompts=summary["prompts_wanted"],
            hold_s=HOLD_S,
            render_s=RENDER_S,
            picture=PICTURE,
        ).strip(),
        LIMITS.strip(),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _table(summary: Mapping[str, Any]) -> str:
    by_system, names = summary["by_system"], summary["systems"]
    columns = [*names, *(() if "llm" in names else ("llm",))]
    rows: list[tuple[str, list[str]]] = []
    for title, cell in _ROWS:
        rows.append((title, [cell(by_system[name]) if name in by_system else "not configured" for name in columns]))
    return _markdown(["", *columns], [[title, *cells] for title, cells in rows])


def _percent(share: Mapping[str, float] | None) -> str:
    if share is None or not share.get("count"):
        return _NONE
    return f"{100 * share['value']:.0f} % [{100 * share['low']:.0f}, {100 * share['high']:.0f}] of {share['count']}"


def _number(estimate: Mapping[str, float], digits: int, unit: str = "") -> str:
    if not estimate["count"] or estimate["value"] is None:
        return _NONE
    return f"{estimate['value']:.{digits}f}{unit} [{estimate['low']:.{digits}f}, {estimate['high']:.{digits}f}]"


def _likeness(system: Mapping[str, Any]) -> str:
    close = system["near_duplicates"]
    return _NONE if close is None else f"{close['pairs']} of {close['of']:,}"


def _spread(system: Mapping[str, Any]) -> str:
    return _number(system["loudness_spread_lu"], 1, " LU")


def _heard(system: Mapping[str, Any]) -> str:
    heard = system["style_heard"]
    return _NONE if heard is None else _percent(heard)


_ROWS = (
    ("Opposite words ordered", lambda one: _percent(one["pairs"])),
    ("... by every evaluator of the axis", lambda one: _percent(one["pairs_all_agree"])),
    ("Style understood", lambda one: _percent(one["style_understood"])),
    ("Style heard by the listener", _heard),
    ("Loudness spread within a style (sigma)", _spread),
    ("Refused by its own gates", lambda one: _percent(one["faults"]["refused"])),
    ("Silent", lambda one: _percent(one["faults"]["silent"])),
    ("Clipping", lambda one: _percent(one["faults"]["clipping"])),
    ("Unsafe in mono", lambda one: _percent(one["faults"]["mono-unsafe"])),
    ("Near-duplicate pairs", _likeness),
    ("Renders a sound, mean", lambda one: _number(one["renders"], 1)),
    ("Renders a sound, most", lambda one: str(one["renders_most"])),
    ("Seconds a sound, median", lambda one: _number(one["wall_s"], 2)),
)


def _notes(summary: Mapping[str, Any]) -> str:
    notes = []
    if summary["stand_in_prompts"]:
        notes.append("The labelled prompts were missing; 28 prompts of the benchmark's own stood in.")
    for name, problems in summary["refused_evaluators"].items():
        notes.append(f"Not used, because it gets a known answer wrong: {name} ({'; '.join(problems)}).")
    floor_db = summary["noise"]["floor_db"]
    if summary["noise"]["presets"]:
        notes.append(
            f"Near-duplicates are closer than {floor_db:.2f} dB: 95 % of {summary['noise']['presets']} presets are "
            "nearer than that to themselves when only the synth's random generator differs."
        )
    return "\n".join(f"- {note}" for note in notes)


def _axes_table(summary: Mapping[str, Any]) -> str:
    """By axis and evaluator, the one that decides first."""
    names: Sequence[str] = summary["systems"]
    rows = []
    for axis, evaluators in summary["evaluators"].items():
        for place, evaluator in enumerate(evaluators):
            name = evaluator.partition(" (")[0]
            cells = [_percent(summary["by_system"][one]["pairs_by_evaluator"][axis].get(name)) for one in names]
            rows.append([f"**{axis}**" if not place else "", evaluator, *cells])
    table = _markdown(["axis", "evaluator (whose)", *names], rows)
    return f"The first evaluator of an axis decides; a tie counts as wrong.\n\n{table}"


def _failures(summary: Mapping[str, Any]) -> str:
    wrong = [row for row in summary["pairs"] if row["system"] == "rules" and not row["right"]]
    if not wrong:
        return "The rules order every pair."
    rows = [
        [row["axis"], f"{row['low']} / {row['high']}", row["problem"] or _figures(row["figures"])] for row in wrong
    ]
    return "What the rules get wrong:\n\n" + _markdown(["axis", "pair", "figures, first / second word"], rows)


def _figures(figures: Mapping[str, Sequence[float]]) -> str:
    return ", ".join(f"{name} {low:.3g} / {high:.3g}" for name, (low, high) in figures.items())


def _loudness_table(summary: Mapping[str, Any]) -> str:
    names: Sequence[str] = summary["systems"]
    styles = sorted({style for name in names for style in summary["by_system"][name]["loudness_by_style"]})
    rows = []
    for style in styles:
        cells = []
        for name in names:
            one = summary["by_system"][name]["loudness_by_style"].get(style)
            cells.append(_NONE if one is None else _mean_and_sigma(one))
        rows.append([style, *cells])
    return "Mean and sigma in LUFS and LU, and how many sounds:\n\n" + _markdown(["style", *names], rows)


def _mean_and_sigma(levels: Mapping[str, Any]) -> str:
    sigma = _NONE if levels["sigma_lu"] is None else f"{levels['sigma_lu']:.1f}"
    return f"{levels['mean_lufs']:.1f} ± {sigma} ({levels['count']})"


def _listener(summary: Mapping[str, Any]) -> str:
    one = summary["listener"]
    if one is None:
        return "No human-made presets were given (`--human DIR`), so no listener was trained."
    counts = ", ".join(f"{style} {one['recalls'][style]:.0%} of {count}" for style, count in one["counts"].items())
    heard = ", ".join(
        f"{name} {balanced:.0%}"
        for name in summary["systems"]
        if (balanced := summary["by_system"][name]["style_heard"]["balanced"]) is not None
    )
    known = f"{one['balanced_accuracy_known_packs']:.0%}"
    return (
        f"The listener is right about {one['balanced_accuracy']:.0%} of human-made presets of packs that it knows "
        f"nothing of (mean over styles; {counts}), and about {known} of presets whose packs it knows others of. "
        f"Mean over styles of the prompts' sounds that it hears as what was asked for: {heard}."
    )


def _markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
