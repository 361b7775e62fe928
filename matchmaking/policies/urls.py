"""Addresses of policies."""

from django.urls import path

from matchmaking.policies.views import policies

app_name = "policies"

urlpatterns = [
    path("policies/", policies.policy_list, name="policy-list"),
    path("policies/<uuid:code>/", policies.policy_detail, name="policy-detail"),
    path("policies/<uuid:code>/apply/", policies.apply, name="apply"),
    path("policies/applications/<uuid:code>/", policies.outcome, name="outcome"),
]
