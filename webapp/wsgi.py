"""The application that a web server loads: `gunicorn webapp.wsgi:app`."""

import sys

from webapp.app import create_app
from webapp.settings import SettingsError, load_settings

try:
    app = create_app(load_settings())
except SettingsError as error:
    sys.exit(f"The web can't start with these settings:\n{error}")
