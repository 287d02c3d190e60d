"""The list of settings is what the settings are."""

from service.settings import Settings
from service.settings_page import PAGE, settings_page


def test_the_page_lists_every_setting_as_it_is() -> None:
    written = PAGE.read_text("utf-8")
    assert written == settings_page(), "write it anew: make schemas"
    assert all(f"`SYNTHCOPILOT_{name.upper()}`" in written for name in Settings.model_fields)
    assert all(field.description for field in Settings.model_fields.values())
