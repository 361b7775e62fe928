"""Addresses of a person's own data."""

from django.urls import path

from matchmaking.privacy import views

app_name = "privacy"

urlpatterns = [
    path("my-data/", views.my_data, name="my-data"),
    path("my-data/copy/", views.download, name="download"),
    path("my-data/erase/", views.erase, name="erase"),
    path("my-data/keep/", views.keep, name="keep"),
]
