"""Addresses of the demonstration, there in development alone."""

from django.urls import path

from matchmaking.demonstration import views

app_name = "demonstration"

urlpatterns = [path("dev/demonstration/", views.progress, name="progress")]
