"""Security headers of every response, errors and admin included."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

GetResponse = Callable[[HttpRequest], HttpResponse]

# unfold and its Alpine need these on the officers' workbench, and there alone
# (docs/adr/0005-the-admin-has-its-own-content-security-policy.md).
ADMIN_SCRIPT = ("'self'", "'unsafe-eval'")
ADMIN_STYLE = ("'self'", "'unsafe-inline'")


class PrivateByDefaultMiddleware:
    """Forbids caches to keep a response, unless its view sets Cache-Control."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # django-csp reads this attribute when the response leaves; no decorator reaches admin's views.
        if request.path.startswith("/admin/"):
            response._csp_update = {  # type: ignore[attr-defined]  # noqa: SLF001
                "script-src": ADMIN_SCRIPT,
                "style-src": ADMIN_STYLE,
            }
        return response
