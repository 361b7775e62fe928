"""Changes to a company's members and their roles."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models import Company, CompanyToken, Membership, User
from accounts.services.base import lock_company
from matchmaking.core.errors import Conflict, InvalidInput


class LastOwner(Conflict):
    """A company keeps at least one owner."""

    code = "last_owner"

    def __init__(self) -> None:
        super().__init__(
            _("A company keeps at least one owner: make another member an owner first.")
        )


@transaction.atomic
def leave_company(*, company: Company, by: User) -> None:
    """End the person's own membership.

    :raises LastOwner: when nobody else owns the company
    """
    _end_membership(company, by)


@transaction.atomic
def remove_member(*, company: Company, user: User) -> None:
    """End another person's membership; the person's tokens of the company end with it.

    :raises LastOwner: when nobody else owns the company
    """
    _end_membership(company, user)


@transaction.atomic
def change_role(*, company: Company, user: User, role: str) -> Membership:
    """Make a member an owner, or an owner a member.

    :raises LastOwner: when the company would be left without an owner
    """
    if role not in Role.values:
        raise InvalidInput(_("Choose owner or member."), field="role")
    membership = _lock_membership(company, user)
    if role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    return membership


def _lock_membership(company: Company, user: User) -> Membership:
    lock_company(company)  # all changes of members queue here: the last owner cannot slip out
    membership = Membership.objects.filter(company=company, user=user).first()
    if membership is None:
        raise Conflict(_("This person is no longer a member. Look again."), code="no_member")
    return membership


def _keep_an_owner(membership: Membership) -> None:
    others = Membership.objects.filter(
        company_id=membership.company_id, role=Role.OWNER, user__is_active=True
    ).exclude(pk=membership.pk)
    if membership.role == Role.OWNER and not others.exists():
        raise LastOwner


def _end_membership(company: Company, user: User) -> None:
    membership = _lock_membership(company, user)
    _keep_an_owner(membership)
    CompanyToken.objects.filter(company=company, user=user).delete()
    membership.delete()
