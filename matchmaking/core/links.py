"""Absolute links to the site's pages, for mails and other text that leaves it."""

from django.conf import settings


def absolute(path: str) -> str:
    """Return ``path`` on the configured site, never on the Host of a request."""
    return f"{settings.SITE_URL}{path}"
