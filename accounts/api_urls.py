"""/api/v1/: the company of a token."""

from django.urls import path

from accounts.api import CompanyView

urlpatterns = [path("company/", CompanyView.as_view(), name="company")]
