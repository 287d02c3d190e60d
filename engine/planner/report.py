"""Which word gave what, and which words gave nothing."""

from typing import NamedTuple

from engine.planner.languages import ENGLISH, language, names
from engine.planner.not_read import language_not_read
from schemas.intent import Intent

NOT_SET = " is not set: "
"""What stands in a note between the words of a value that is never set, and the reason."""


class ExplainRow(NamedTuple):
    """Words of a prompt, or of a tag, and what they gave; `effect` and `rule` are empty if they gave nothing."""

    source: str
    start: int
    end: int
    text: str
    effect: str
    rule: str
    read_as: str = ""
    """What the words were taken for, if they hold a slip."""
    did_you_mean: str = ""
    """What words without effect may have been meant to be."""

    @property
    def used(self) -> bool:
        """Whether the words gave something."""
        return bool(self.effect)


def explain(intent: Intent) -> list[ExplainRow]:
    """Rows in the order of the prompt, those of tags last."""
    rows = [ExplainRow(e.source, e.start, e.end, e.text, e.effect, e.rule, e.read_as) for e in intent.evidence]
    rows += [
        ExplainRow("prompt", u.start, u.end, u.text, "", "", did_you_mean=u.did_you_mean) for u in intent.unused
    ]
    return sorted(rows, key=lambda row: (row.source != "prompt", row.start if row.source == "prompt" else 0))


def offered(intent: Intent) -> list[tuple[str, str]]:
    """What to ask "did you mean" about, in the order of the prompt: the words as given, and what was meant.

    Those that were read as something else come with it, and those that gave nothing with what they are near to.
    """
    rows = explain(intent)
    pairs = [(row.text, row.read_as or row.did_you_mean) for row in rows if row.read_as or row.did_you_mean]
    return list(dict.fromkeys(pairs))


def not_understood(intent: Intent) -> str:
    """Why nothing is made of a prompt of which no word was understood, and what would help; quotes none of it."""
    own = language(intent.language).name if intent.language != ENGLISH else ""
    name = language_not_read(intent.prompt, intent.language) or own
    meant = dict.fromkeys(meant for _, meant in offered(intent))
    known = names()
    return " ".join(
        [
            f"This was not understood{f'; it looks like {name}' if name else ''}.",
            *(f"A value can't be set: {why}" for why in dict.fromkeys(_never_set(intent))),
            *([f"Did you mean: {', '.join(meant)}?"] if meant and not name else []),
            "Say what kind of sound it is and what it is like, such as 'warm evolving pad', or name a template.",
            f"Prompts are read in English; of {', '.join(known[:-1])} and {known[-1]}, common words are known.",
        ]
    )


def _never_set(intent: Intent) -> list[str]:
    """The reasons of what is understood and never set."""
    return [note.rpartition(NOT_SET)[2] for note in intent.notes if NOT_SET in note]
