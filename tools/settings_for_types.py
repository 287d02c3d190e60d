"""Django's settings for mypy's plugin: the service's own, with a key that signs nothing; so no home is made."""

import os

os.environ.setdefault("SYNTHCOPILOT_SECRET_KEY", "looked at by a type checker")

from api.settings import *  # noqa: F403 - every one of them
