"""Permission predicates of companies; services judge whether a step is possible now."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from accounts.choices import Role
from accounts.models import Company, User
from accounts.states import CompanyStatus

Person = User | AbstractBaseUser | AnonymousUser


def is_officer(user: Person) -> bool:
    """Return whether the person verifies companies for the association."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.is_staff
        and user.has_perm("accounts.moderate_company")
    )


def is_member(user: Person, company: Company | None) -> bool:
    return _role(user, company) != ""


def is_owner(user: Person, company: Company | None) -> bool:
    return _role(user, company) == Role.OWNER


def can_edit(user: Person, company: Company | None) -> bool:
    return _is_open(company) and is_owner(user, company)


def can_invite(user: Person, company: Company | None) -> bool:
    return _is_open(company) and is_owner(user, company)


def can_block(user: Person, company: Company | None) -> bool:
    return _is_open(company) and is_owner(user, company)


def can_issue_tokens(user: Person, company: Company | None) -> bool:
    return company is not None and company.is_active and is_owner(user, company)


def can_see_contacts_of_all(user: Person) -> bool:
    return is_officer(user) and isinstance(user, User) and user.has_perm("accounts.view_contacts")


def needs_totp(user: Person) -> bool:
    return isinstance(user, User) and (user.is_staff or user.is_superuser)


def _role(user: Person, company: Company | None) -> str:
    if company is None or not isinstance(user, User) or not user.is_active:
        return ""
    return user.role_in(company.pk)


def _is_open(company: Company | None) -> bool:
    return company is not None and company.status in {
        CompanyStatus.PENDING,
        CompanyStatus.ACTIVE,
    }
