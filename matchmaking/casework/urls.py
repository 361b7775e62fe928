"""Addresses of casework, behind the sign-in of the workbench."""

from django.contrib import admin
from django.urls import path

from matchmaking.casework import views

app_name = "casework"

urlpatterns = [
    path("", admin.site.admin_view(views.waiting_list), name="waiting-list"),
    path("views/", admin.site.admin_view(views.view_save), name="view-save"),
    path("views/<uuid:code>/", admin.site.admin_view(views.view_remove), name="view-remove"),
]
