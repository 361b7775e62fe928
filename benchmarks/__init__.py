"""Measured as the site is deployed: nobody keeps a note of every query, as a developer's site does."""

import os
import secrets

os.environ["DEVELOPMENT"] = "false"
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
