"""Routes of the pages that belong to no area: front page, how it works, dashboard."""

from django.urls import path

from matchmaking.core import views

app_name = "home"

urlpatterns = [
    path("", views.front, name="front"),
    path("how-it-works/", views.how_it_works, name="how-it-works"),
    path("association/", views.association, name="association"),
    path("privacy/", views.privacy, name="privacy"),
    path("terms/", views.terms, name="terms"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("theme/", views.theme, name="theme"),
    path("gallery/", views.gallery, name="gallery"),
]
