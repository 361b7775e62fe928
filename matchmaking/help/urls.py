"""Addresses of the help."""

from django.urls import path

from matchmaking.help import views

app_name = "help"

urlpatterns = [
    path("help/", views.index, name="index"),
    path("help/glossary/", views.glossary, name="glossary"),
    path("help/handbook/", views.handbook, name="handbook"),
    path("help/<slug:slug>/", views.page, name="page"),
]
