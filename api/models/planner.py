"""What a language model answered. Written by the workers' side, too: `service/llm/answers.py`."""

from django.conf import settings
from django.db import models


class PlannerAnswer(models.Model):
    """An answer about one user's words, kept so that they are sent once; goes when the words go."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="planner_answers")
    words_sha256 = models.CharField(max_length=64, help_text="Of the prompt and its tags.")
    model = models.CharField(max_length=120)
    prompt_version = models.CharField(max_length=16, help_text="Of what the model was told.")
    answer = models.TextField(help_text="Word for word; quotes the prompt.")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "planner_answers"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "words_sha256", "model", "prompt_version"], name="one_answer_a_question"
            ),
        )
