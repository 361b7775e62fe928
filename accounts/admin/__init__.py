"""The workbench of accounts: companies, people, claims, disputes, places."""

from accounts.admin.companies import CertificateAdmin, CompanyAdmin, CompanyGroupAdmin
from accounts.admin.decisions import CompanyClaimAdmin, UsccDisputeAdmin
from accounts.admin.people import UserAdmin
from accounts.admin.places import CertificationAdmin, ClusterAdmin

__all__ = [
    "CertificateAdmin",
    "CertificationAdmin",
    "ClusterAdmin",
    "CompanyAdmin",
    "CompanyClaimAdmin",
    "CompanyGroupAdmin",
    "UsccDisputeAdmin",
    "UserAdmin",
]
