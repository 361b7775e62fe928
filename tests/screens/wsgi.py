"""The site on the day of the walk: the clock starts at LOOKS_AT and goes on from there."""

import datetime as dt
import os

import time_machine
from django.core.wsgi import get_wsgi_application

time_machine.travel(dt.datetime.fromisoformat(os.environ["LOOKS_AT"]), tick=True).start()
application = get_wsgi_application()
