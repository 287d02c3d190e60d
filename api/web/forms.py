"""What a person fills in."""

from collections import defaultdict
from typing import Any, cast

from django import forms

from api.models import Entitlement
from engine.catalog import catalog
from schemas.intent import MAX_PROMPT_CHARS, MAX_TAGS
from schemas.request import MAX_SEED, MAX_VARIATIONS, ModelName, Planner, Request
from service.settings import settings


def template_choices(allowed: list[str]) -> list[Any]:
    """The templates by style, for a select; `allowed` empty means all."""
    shelves: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for template in sorted(catalog().values(), key=lambda template: template.name):
        if not allowed or template.id in allowed:
            shelves[template.category].append((template.id, template.name))
    return [("", "whichever fits the words"), *sorted(shelves.items())]


class AskForm(forms.Form):
    """A prompt with its options."""

    prompt = forms.CharField(
        max_length=MAX_PROMPT_CHARS,
        label="Describe a sound",
        widget=forms.Textarea(
            attrs={"rows": 3, "placeholder": "a warm, dark pad that slowly opens", "autofocus": True}
        ),
        error_messages={"required": "Say what the sound should be, in your words."},
    )
    template_id = forms.ChoiceField(label="Template", required=False)
    variations = forms.IntegerField(label="Variations", min_value=0, initial=2)
    seed = forms.IntegerField(
        label="Seed",
        min_value=0,
        max_value=MAX_SEED,
        initial=0,
        help_text="Another seed gives another sound that fits.",
    )
    tags = forms.CharField(
        label="Tags", required=False, max_length=660, help_text="Count like words; separate them by commas."
    )

    planner = forms.ChoiceField(
        label="Read by", required=False, help_text="The language model gets your words; what it says is checked."
    )

    def __init__(self, *args: Any, plan: Entitlement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_planners(plan)
        most = min(plan.max_variations, MAX_VARIATIONS)
        cast("forms.ChoiceField", self.fields["template_id"]).choices = template_choices(plan.template_ids)
        field = cast("forms.IntegerField", self.fields["variations"])  # `fields` says of none what kind it is
        field.max_value = most
        field.validators = [*forms.IntegerField(min_value=0, max_value=most).validators]
        field.widget.attrs["max"] = most
        for name in ("variations", "seed"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def _offer_planners(self, plan: Entitlement) -> None:
        """A choice only where there is one: a language model that is set up, and that the plan has."""
        found = settings()
        if not (found.llm_url and plan.llm_calls_per_day):
            del self.fields["planner"]
            return
        choices = [("rules", "our rules"), ("llm", f"the language model {found.llm_model}")]
        field = cast("forms.ChoiceField", self.fields["planner"])
        field.choices, field.initial = choices, found.planner

    @property
    def wanted_planner(self) -> Planner | None:
        """Who is to read the prompt; none if nothing was said."""
        said = self.cleaned_data.get("planner")
        return "llm" if said == "llm" else "rules" if said == "rules" else None

    def clean_tags(self) -> tuple[str, ...]:
        """Each tag once, in the order given."""
        tags = tuple(dict.fromkeys(tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()))
        if len(tags) > MAX_TAGS:
            raise forms.ValidationError(f"At most {MAX_TAGS} tags.")
        if any(len(tag) > 40 for tag in tags):
            raise forms.ValidationError("A tag has at most 40 characters.")
        return tags

    def request(self, planner: Planner = "rules", model: ModelName | None = None) -> Request:
        """What was asked for, for the engine, by a planner that may be used."""
        said = self.cleaned_data
        return Request(
            prompt=said["prompt"],
            tags=said["tags"],
            template_id=said["template_id"] or None,
            seed=said["seed"],
            variations=said["variations"],
            planner=planner,
            model=model,
        )


class DeleteAccountForm(forms.Form):
    """Proof that it is its owner who deletes an account, and means it."""

    username = forms.CharField(label="Your name, to be sure", widget=forms.TextInput(attrs={"autocomplete": "off"}))
    password = forms.CharField(
        label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_username(self) -> str:
        """Must be the user's own."""
        name: str = self.cleaned_data["username"]
        if name != self._user.get_username():
            raise forms.ValidationError("That is not the name of this account.")
        return name

    def clean_password(self) -> str:
        """Must be right."""
        password: str = self.cleaned_data["password"]
        if not self._user.check_password(password):
            raise forms.ValidationError("That is not the password of this account.")
        return password
