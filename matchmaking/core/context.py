"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's address and whether it runs for development."""
    return {"site_url": settings.SITE_URL, "is_development": settings.DEBUG}
