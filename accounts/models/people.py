"""People, and the companies that they act for."""

from typing import Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.choices import Role
from accounts.models.companies import Company, OfCompanyQuerySet
from accounts.states import SETTLED, UNSETTLED, InvitationStatus


class PersonManager(UserManager["User"]):
    """Makes people by email address; there are no user names."""

    def _create(self, email: str, password: str | None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_user(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        return self._create(email, password, **fields)

    def create_superuser(  # type: ignore[override]
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        return self._create(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox has no types
    """A person: signs in by email or mobile number, reads in one language, acts for companies."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    # None for who came by mobile number or by an account elsewhere, and gave no address yet.
    email = models.EmailField(_("email address"), unique=True, null=True, blank=True)  # type: ignore[assignment]
    name = models.CharField(_("full name"), max_length=80, blank=True)
    language = models.CharField(
        _("language"),
        max_length=8,
        choices=[("zh-hans", "中文"), ("en", "English")],
        default="zh-hans",
    )
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    session_round = models.PositiveIntegerField(default=0)

    # Roles by company, and companies, where they were read before: within a request by the
    # middleware.
    roles_at_hand: dict[int, str] | None = None
    companies_at_hand: list[Company] | None = None

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            # Beside the column's own unique, which takes A@example.com for another than a@example.com.
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(
                name="user_language_known", condition=Q(language__in=["zh-hans", "en"])
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or gettext("nameless")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Tie sessions to the password and to ``session_round``: raising it ends them all."""
        return salted_hmac(
            "accounts.session",
            f"{self.password}:{self.session_round}",
            secret=secret,
            algorithm="sha256",
        ).hexdigest()

    def role_in(self, company_id: int | None) -> str:
        """Return the role in a company, "" without one.

        Asks the database unless :meth:`load_roles` did.
        """
        if self.roles_at_hand is not None:
            return self.roles_at_hand.get(company_id or 0, "")
        if company_id is None:
            return ""
        mine = self.memberships.filter(company_id=company_id).values_list("role", flat=True)
        return mine.first() or ""

    def load_roles(self) -> None:
        self.roles_at_hand = dict(self.memberships.values_list("company_id", "role"))

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


@pghistory.track()
class Membership(models.Model):
    """A person's role in a company."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = OfCompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "company"], name="membership_once_per_company"),
            models.CheckConstraint(name="membership_role_known", condition=Q(role__in=Role.values)),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.company_id}"


class Invitation(models.Model):
    """An owner's invitation to join a company, good for seven days.

    One whose names hold a link or a number waits for an officer, and its days with it. The link is signed from the row when the mail is made; no secret is stored.
    """

    code = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("email address"))
    role = models.CharField(_("role"), max_length=8, choices=Role.choices, default=Role.MEMBER)
    language = models.CharField(max_length=8, default="zh-hans")
    status = models.CharField(
        max_length=10, choices=InvitationStatus.choices, default=InvitationStatus.OPEN
    )
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    decision_note = models.TextField(_("the officer's reason"), blank=True)

    objects = OfCompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            # Of open ones alone: an address may be invited again after it was withdrawn.
            models.UniqueConstraint(
                "company",
                Lower("email"),
                condition=Q(status__in=UNSETTLED),
                name="invitation_open_once_per_address",
            ),
            models.CheckConstraint(name="invitation_role_known", condition=Q(role__in=Role.values)),
            models.CheckConstraint(
                name="invitation_settled_is_dated",
                condition=Q(status__in=UNSETTLED, settled_at=None)
                | Q(status__in=SETTLED, settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}"


class SignUpRequest(models.Model):
    """A sign-up, until the worker has looked whether its address has an account.

    The request writes the same row for every address. ``code`` becomes the person's; the browser that signed
    up knows it, and is let in when the address is confirmed there.
    """

    code = models.UUIDField(unique=True, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=80)
    password = models.CharField(max_length=128)  # as the user's own: hashed
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"request {self.pk}"


class PasswordResetRequest(models.Model):
    """An address for which somebody asked a new password, until the worker has looked whose it is.

    The request writes the same row for every address: looking first would take longer where an account
    exists, and so tell of it.
    """

    email = models.EmailField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"request {self.pk}"
