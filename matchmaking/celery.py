"""The Celery application; tasks bind to ``app`` by name, see each area's ``tasks.py``."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "matchmaking.settings")

app = Celery("matchmaking")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
