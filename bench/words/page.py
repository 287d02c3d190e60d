"""docs/understanding.md: what was measured, how, and what came out."""

from functools import cache, reduce
from operator import add
from typing import get_args

from bench.words.ablate import thinned_lexicon, without_resemblance
from bench.words.labelled import labelled
from bench.words.score import HEARD, Score, score, wilson
from engine import versions
from engine.planner import plan
from schemas.intent import Style

_STYLES: tuple[Style, ...] = get_args(Style)

_INTRO = """# How well words are understood

`python -m bench.words` writes this page, and a test holds it in step with the planner.

## How it is measured

{count} prompts in `bench/words/prompts.yaml` were written the way people write: short and long, with slang,
slips, several nouns, materials, places, genres, negation and comparisons, about sixty for each style. Each row
says the style that a preset maker would file it under, and where that is plain, the sub-types that are all
right as the first one and the side of the axes that it asks for. All rows were written before any of them was
planned.

A SHA-256 of the prompt decides which half it belongs to. The tuning half was looked at row by row while the lexicon
and the grammar grew. Of the held-out half only the sums below were looked at, and no word was added because of it.

- **Style** is right if it is the labelled one.
- **Sub-type** is right if the strongest sub-type is one that the row lists; rows that list none aren't judged.
- An **axis** is given if it lies at least {heard} from the middle. Recall is the share of asked sides that were
  given with the right sign; precision is the share of right signs among those that were given.

Brackets are 95 % intervals (Wilson).
"""

_BIAS = """
Planner 0.1.0 had a style accuracy of 0.918 on the tuning half and 0.941 on the held-out half, for sub-types 0.686
and 0.797.

One author wrote the prompts and the lexicon, so both halves share a vocabulary, and other people's prompts will
fare worse than the held-out half. Further prompts with other turns of phrase, written after the lexicon had
been extended, give an idea. Their style was right at first sight, before anything was mended because of them,
for:

{batches}

And 255 preset descriptions that others wrote for another generator, filed by their folders: 234 at first sight, 239
after later phrases had been given less to say. Most of the rest is a matter of filing, such as an "arp pluck" that
lies among plucks.
"""
_BATCHES = (("76 of 88", "71"), ("105 of 111", "102"), ("100 of 109", "94"))
"""Batch by batch, with planner 0.1.0 beside it; each batch was mended before the next was written."""

_ABLATION = """
## What unknown words are worth

A word that no list has is read as its nearest word in meaning (static word vectors, cosine of at least 0.5), or, if
it is no word of the language, in spelling (letter pairs), and counts less than the word itself. With the whole
lexicon few words of the prompts are unknown. The last two rows take a third of the lexicon away, {draws} times,
told by a hash, to see what happens to words that nobody thought of. All rows are of the tuning half.
"""
_DRAWS = 5


@cache
def measured() -> tuple[Score, Score]:
    """The tuning half and the held-out half."""
    return _half(held_out=False), _half(held_out=True)


def page(*, measured_line: str) -> str:
    """The whole page; the line says when and at which commit."""
    tuning, held_out = measured()
    parts = [
        _INTRO.format(count=len(labelled()), heard=HEARD),
        f"\n## What came out (planner {versions.PLANNER})\n\n{measured_line}\n\n",
        figures({"tuning": tuning, "held out": held_out}),
        _BIAS.format(batches="\n".join(f"- {right} (planner 0.1.0: {before})" for right, before in _BATCHES)),
        "\n## Held-out prompts by style: meant (rows) and read (columns)\n\n",
        _confusion(held_out),
        _ABLATION.format(draws=_DRAWS),
        "\n",
        figures(_ablations(tuning)),
    ]
    return "".join(parts)


def figures(scores: dict[str, Score]) -> str:
    """A table with a row for each score."""
    rows = ["| | prompts | style | sub-type | axis recall | axis precision |", "|---|---|---|---|---|---|"]
    for name, one in scores.items():
        cells = [
            _share(one.styles, one.prompts),
            _share(one.types, one.typed),
            _share(one.sides, one.axes),
            _share(one.sides, one.sides + one.opposed),
        ]
        rows.append(f"| {name} | {one.prompts} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _half(*, held_out: bool) -> Score:
    return score([row for row in labelled() if row.held_out is held_out], plan)


def _ablations(tuning: Score) -> dict[str, Score]:
    with without_resemblance():
        alone = _half(held_out=False)
        thinned_alone = _thinned()
    return {
        "whole lexicon": tuning,
        "whole lexicon, unknown words left alone": alone,
        "two thirds of the lexicon": _thinned(),
        "two thirds, unknown words left alone": thinned_alone,
    }


def _thinned() -> Score:
    scores = []
    for draw in range(_DRAWS):
        with thinned_lexicon(draw):
            scores.append(_half(held_out=False))
    return reduce(add, scores)


def _share(hits: int, total: int) -> str:
    low, high = wilson(hits, total)
    return f"{hits / total:.3f} ({low:.2f}-{high:.2f})"


def _confusion(score: Score) -> str:
    rows = [f"| | {' | '.join(_STYLES)} |", "|---" * (len(_STYLES) + 1) + "|"]
    for meant in _STYLES:
        cells = (str(score.confusion[meant, read] or "") for read in _STYLES)
        rows.append(f"| **{meant}** | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"
