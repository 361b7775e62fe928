"""Addresses of connections."""

from django.urls import path

from matchmaking.connections import views

app_name = "connections"

urlpatterns = [
    path("company/connections/", views.endpoint_list, name="endpoint-list"),
    path("company/connections/new/", views.endpoint_new, name="endpoint-new"),
    path("company/connections/systems/", views.source_new, name="source-new"),
    path(
        "company/connections/systems/<uuid:code>/remove/",
        views.source_remove,
        name="source-remove",
    ),
    path("company/connections/<uuid:code>/", views.endpoint_detail, name="endpoint-detail"),
    path("company/connections/<uuid:code>/test/", views.endpoint_test, name="endpoint-test"),
    path("company/connections/<uuid:code>/secret/", views.endpoint_rotate, name="endpoint-rotate"),
    path("company/connections/<uuid:code>/switch/", views.endpoint_switch, name="endpoint-switch"),
    path("company/connections/<uuid:code>/again/", views.endpoint_resend, name="endpoint-resend"),
    path("company/connections/<uuid:code>/remove/", views.endpoint_remove, name="endpoint-remove"),
    path(
        "company/connections/<uuid:code>/calls/<uuid:attempt>/",
        views.attempt_detail,
        name="attempt-detail",
    ),
]
