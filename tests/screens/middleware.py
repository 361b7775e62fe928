"""Middleware in front of the site's own while its pages are looked at."""

from django.db import transaction

KEEP = "x-looks-keep"


def leave_no_trace(get_response):
    """Undo what a request wrote, so that a page looks the same each time: unread stays unread.

    A walk that goes on from what it sent (signing in) says so by a header.
    """

    def middleware(request):
        if request.method != "GET" and KEEP in request.headers:
            return get_response(request)
        with transaction.atomic():
            response = get_response(request)
            transaction.set_rollback(True)
        return response

    return middleware
