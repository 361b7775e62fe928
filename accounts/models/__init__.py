"""People, companies and what the association knows of them."""

from accounts.models.companies import (
    Block,
    Certificate,
    Company,
    CompanyGroup,
    CompanyQuerySet,
    ListEntry,
    Verification,
)
from accounts.models.contacts import Contact, ContactConsent, ContactDisclosure
from accounts.models.decisions import BlockRequest, CompanyClaim, UsccDispute
from accounts.models.documents import CompanyDocument
from accounts.models.people import (
    Invitation,
    Membership,
    PasswordResetRequest,
    SignUpRequest,
    User,
)
from accounts.models.phones import CodeText, PhoneNumber, TextKind
from accounts.models.places import Certification, Cluster
from accounts.models.tokens import CompanyToken

__all__ = [
    "Block",
    "BlockRequest",
    "Certificate",
    "Certification",
    "Cluster",
    "CodeText",
    "Company",
    "CompanyClaim",
    "CompanyDocument",
    "CompanyGroup",
    "CompanyQuerySet",
    "CompanyToken",
    "Contact",
    "ContactConsent",
    "ContactDisclosure",
    "Invitation",
    "ListEntry",
    "Membership",
    "PasswordResetRequest",
    "PhoneNumber",
    "SignUpRequest",
    "TextKind",
    "UsccDispute",
    "User",
    "Verification",
]
