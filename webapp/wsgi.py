"""The application that a web server loads: `gunicorn webapp.wsgi:app`."""

from webapp.app import create_app
from webapp.settings import load_settings

app = create_app(load_settings())
