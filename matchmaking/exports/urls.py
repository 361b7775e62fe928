"""Addresses of exports, behind the sign-in of the workbench."""

from django.contrib import admin
from django.urls import path

from matchmaking.exports import views

app_name = "exports"

urlpatterns = [
    path("", admin.site.admin_view(views.export_list), name="export-list"),
    path("<uuid:code>/file/", admin.site.admin_view(views.export_file), name="export-file"),
    path("<uuid:code>/cancel/", admin.site.admin_view(views.export_cancel), name="export-cancel"),
]
