"""The application for a WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from terrace_web.settling import settle
from terrace_web.turns import Turns

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrace_web.settings")
application = Turns(get_wsgi_application())
settle()
