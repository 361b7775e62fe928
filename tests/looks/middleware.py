"""What stands before the site's own middleware while its pages are looked at."""

from django.db import transaction


def leave_no_trace(get_response):
    """Undo what a GET wrote, so that a page looks the same each time: unread stays unread."""

    def middleware(request):
        if request.method != "GET":
            return get_response(request)
        with transaction.atomic():
            response = get_response(request)
            transaction.set_rollback(True)
        return response

    return middleware
