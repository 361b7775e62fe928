"""Measured as the site is deployed: nobody keeps a note of every query, as a developer's site does."""

import os
import secrets

from django.conf import settings

# Tests that borrow a benchmark's labels have their settings already; the sites that they start
# must read the same key, or no session of theirs would be good there.
if not settings.configured:
    os.environ["DEVELOPMENT"] = "false"
    os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
