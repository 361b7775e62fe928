"""The site's addresses, and some at which something always goes wrong."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.shortcuts import render
from django.urls import path
from django.views.csrf import csrf_failure

from matchmaking.urls import urlpatterns as addresses_of_the_site


def breaks(request):
    raise RuntimeError("meant: the page of a broken server is looked at")


def refuses(request):
    raise PermissionDenied


def distrusts(request):
    raise SuspiciousOperation


def pauses(request):
    return render(request, "429.html", status=429)


urlpatterns = [
    *addresses_of_the_site,
    path("looks/400/", distrusts),
    path("looks/403/", refuses),
    path("looks/403-csrf/", csrf_failure),
    path("looks/429/", pauses),
    path("looks/500/", breaks),
]
