"""Models of policies."""

from matchmaking.policies.models.applications import Application, CompanyFact
from matchmaking.policies.models.catalogue import Policy, PolicyQuerySet

__all__ = ["Application", "CompanyFact", "Policy", "PolicyQuerySet"]
