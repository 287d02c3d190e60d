"""The language model of whoever builds a library at their own command line, if the settings name one."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.llm.planner import LlmPlanner


def own_planner(_tags: Mapping[str, str]) -> "LlmPlanner":
    """With answers in the home of the settings, where `generate` and `explain` find them, too."""
    from service.llm.planner import own_planner as planner_by_settings
    from service.settings import settings

    return planner_by_settings(settings())
