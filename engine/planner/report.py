"""Which word gave what, and which words gave nothing."""

from typing import NamedTuple

from schemas.intent import Intent


class ExplainRow(NamedTuple):
    """Words of a prompt, or of a tag, and what they gave; `effect` and `rule` are empty if they gave nothing."""

    source: str
    start: int
    end: int
    text: str
    effect: str
    rule: str

    @property
    def used(self) -> bool:
        """Whether the words gave something."""
        return bool(self.effect)


def explain(intent: Intent) -> list[ExplainRow]:
    """Rows in the order of the prompt, those of tags last."""
    rows = [ExplainRow(e.source, e.start, e.end, e.text, e.effect, e.rule) for e in intent.evidence]
    rows += [ExplainRow("prompt", u.start, u.end, u.text, "", "") for u in intent.unused]
    return sorted(rows, key=lambda row: (row.source != "prompt", row.start if row.source == "prompt" else 0))
