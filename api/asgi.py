"""The ASGI application that uvicorn serves."""

import os

from django.core.asgi import get_asgi_application

from api.body_limit import BodyLimit
from service import logs
from service.settings import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
application = BodyLimit(get_asgi_application())
logs.configure(settings().log_format)  # after Django's and uvicorn's own, which would tell whole addresses
