"""Tokens of companies: a system acts for one company, never with an officer's rights."""

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from accounts.choices import Role, TokenScope
from accounts.models import Company, CompanyToken, Membership, User
from accounts.states import CompanyStatus
from matchmaking.core.protections import Protection, is_on
from matchmaking.core.trade_day import trade_day

if TYPE_CHECKING:
    # DRF loads this module while its views are still loading.
    from rest_framework.views import APIView


class CompanyTokenAuthentication(TokenAuthentication):
    """Set ``request.user`` to the token's issuer and ``request.auth`` to the CompanyToken.

    The token must not have expired, its issuer be active and still a member, the company
    active. All refusals read the same.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, CompanyToken]:
        """Return the person and the token behind a secret, by one query.

        :raises AuthenticationFailed: when it opens nothing (any more)
        """
        try:
            digest = hash_token(token.decode("ascii"))
        except UnicodeDecodeError:
            raise AuthenticationFailed(_("Invalid token.")) from None
        mine = Membership.objects.filter(user=OuterRef("user"), company=OuterRef("company"))
        found: CompanyToken | None = (
            CompanyToken.objects.filter(
                Exists(mine),
                digest=digest,
                expiry__gt=timezone.now(),
                user__is_active=True,
                company__status=CompanyStatus.ACTIVE,
            )
            .annotate(issuer_is_owner=Exists(mine.filter(role=Role.OWNER)))
            .select_related("user", "company__cluster")
            .first()
        )
        if found is None:
            raise AuthenticationFailed(_("Invalid token."))
        _note_use(found)
        user: User = found.user
        # A company's system is no officer, whoever issued its token. Never saved.
        user.is_staff = user.is_superuser = False
        return user, found


def _note_use(token: CompanyToken) -> None:
    today = trade_day()
    if token.last_used_on != today:
        CompanyToken.objects.filter(pk=token.pk).update(last_used_on=today)


class TokenScopePermission(BasePermission):
    """Reading needs the scope "read" or "write", everything else "write" and an issuer who still owns the company.

    Owners alone issue tokens; one never does more than its issuer may today.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether the token's scopes cover the method."""
        del view
        token: Any = request.auth
        if not isinstance(token, CompanyToken):
            return False
        if request.method in SAFE_METHODS:
            return True
        may_still = token.issuer_is_owner or not is_on(Protection.TOKENS_FOLLOW_ISSUERS)
        return TokenScope.WRITE in token.scopes and may_still


def company_of(request: Request) -> Company:
    token = cast("CompanyToken", request.auth)
    company: Company = token.company
    return company


def person_of(request: Request) -> User:
    return cast("User", request.user)
