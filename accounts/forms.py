"""Forms of accounts: they read and clean, services decide."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from allauth.account import forms as signing_in
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.utils import get_next_redirect_url
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as second_factor
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as authenticator_app
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts import limits, time_zones, uscc
from accounts.adapter import SIGNING_UP
from accounts.choices import POSTING_KINDS, ContactKind, Role, SizeBand, TokenScope
from accounts.models import Certification, Cluster, Company, User
from accounts.models.companies import MAINLAND
from accounts.services import certificates, contact_book, people
from matchmaking.core import countries
from matchmaking.core.errors import DomainError
from matchmaking.core.parsed_fields import DayField, NumberField
from matchmaking.core.protections import Protection, is_on
from matchmaking.core.text import no_control_characters
from matchmaking.core.trade_day import trade_day
from matchmaking.core.uploads import UploadField

KINDS = [(kind.value, kind.label) for kind in POSTING_KINDS]
# Where brands and factories of the trade are; the others follow by name.
COUNTRIES_FIRST = (MAINLAND, "HK", "TW", "MO", "VN", "ID", "KH", "IN", "US", "DE", "IT", "ES")
LIFETIMES = [(30, _("30 days")), (90, _("90 days")), (365, _("one year"))]


def line(label: Any, longest: int, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, validators=[no_control_characters], **options
    )


def text(label: Any, longest: int = 2000, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return line(label, longest, widget=widget, **options)


def show_refusal(form: forms.Form, error: DomainError) -> None:
    field = error.field if error.field in form.fields else None
    form.add_error(field, forms.ValidationError(str(error.message), code=error.code))


class InOurWords:
    """Names fields as the rest of the site does, and says nothing twice by a placeholder."""

    LABELS: ClassVar[dict[str, Promise]] = {
        "login": _("Email address"),
        "email": _("Email address"),
        "remember": _("Stay signed in on this device"),
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.LABELS:
                field.label = self.LABELS[name]  # type: ignore[assignment] # lazy, as in any form
        if "password1" in self.fields:
            self.fields["password1"].help_text = _(
                "At least 8 characters, not only digits; not your name, nothing easy to guess."
            )


def _check_mail_limit(form: forms.Form) -> None:
    """Count the mail that the form asks for; an error at the address where there were too many."""
    if form.errors or context.request is None:
        return
    if not limits.may_mail(context.request, form.cleaned_data["email"]):
        form.add_error(
            "email",
            forms.ValidationError(
                _("Too many mails were asked for this address. Try again in an hour."),
                code="too_many_mails",
            ),
        )


class LoginForm(InOurWords, signing_in.LoginForm):
    """Sign in by email address and password."""


class SignupForm(InOurWords, signing_in.SignupForm):
    """Sign up with name, email address and one password, which can be shown."""

    LABELS: ClassVar[dict[str, Promise]] = {
        "email": _("Email address"),
        "password1": _("Password"),
    }
    name = line(_("Your name"), 80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        request = context.request
        begun = (request.session.get(SIGNING_UP) if request is not None else None) or {}
        for name in {"name", "email"} & begun.keys():
            self.fields[name].initial = self.fields[name].initial or begun[name]

    def clean_email(self) -> str:
        """Return the address; whether it has an account is for the worker to find out."""
        if not is_on(Protection.EQUAL_TIME):
            return str(super().clean_email())
        return str(get_account_adapter().clean_email(self.cleaned_data["email"].lower()))

    def clean(self) -> Any:
        cleaned = super().clean()
        _check_mail_limit(self)
        return cleaned

    def try_save(self, request: HttpRequest) -> Any:
        """Write the sign-up down: the same row, and the same answer, for a known and a new address."""
        # What the page that waits for the mail sends again, or leads back to be corrected.
        begun = {name: self.cleaned_data[name] for name in ("name", "email")}
        if not is_on(Protection.EQUAL_TIME):
            request.session[SIGNING_UP] = begun
            if self.account_already_exists:
                make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        code = uuid.uuid4()
        page = get_next_redirect_url(request)
        request.session[SIGNING_UP] = {**begun, "person": str(code), "next": page}
        people.ask_sign_up(
            code=code,
            email=begun["email"],
            name=begun["name"],
            password=self.cleaned_data["password1"],
            language=get_language() or settings.LANGUAGE_CODE,
        )
        return None, redirect("account_email_verification_sent")


class AddEmailForm(InOurWords, signing_in.AddEmailForm):
    """One more address of the person."""


class ChangePasswordForm(InOurWords, signing_in.ChangePasswordForm):
    """A new password for who knows the present one."""


class ResetPasswordForm(InOurWords, signing_in.ResetPasswordForm):
    """Where to send the link to a new password; whose the address is, the worker finds out."""

    def clean(self) -> Any:
        cleaned = super().clean()
        _check_mail_limit(self)
        return cleaned

    def clean_email(self) -> str:
        if not is_on(Protection.EQUAL_TIME):
            return str(super().clean_email())
        return str(get_account_adapter().clean_email(self.cleaned_data["email"].lower()))

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        if not is_on(Protection.EQUAL_TIME):
            return str(super().save(request, **kwargs))
        email: str = self.cleaned_data["email"]
        people.ask_password_reset(email=email)
        return email


class ResetPasswordKeyForm(InOurWords, signing_in.ResetPasswordKeyForm):
    """A new password for who has the link."""


class UserTokenForm(signing_in.UserTokenForm):
    """The person and the token of a link to a new password."""

    def _get_user(self, uidb36: str) -> User | None:
        # By the random code: allauth's own links carry the key, which counts all people.
        try:
            code = uuid.UUID(uidb36)
        except ValueError:
            old: User | None = super()._get_user(uidb36)  # a mail from before; three days
            return old
        return User.objects.filter(code=code).first()


class OnceOnlyCode(InOurWords):
    """A code opens once, for as long as the tolerance would let it open again."""

    LABELS: ClassVar[dict[str, Promise]] = {"code": _("Code from the app, or a recovery code")}
    user: Any

    def clean_code(self) -> Any:
        """Check the code, and refuse one that has opened before (RFC 6238, 5.2).

        allauth itself remembers a code for one step alone, as if none were tolerated.
        """
        code = super().clean_code()  # type: ignore[misc]
        steps = 2 * second_factor.TOTP_TOLERANCE + 1
        used = f"accounts:code:{self.user.pk}:{normalize_user_code(code)}"
        if not cache.add(used, 1, timeout=steps * second_factor.TOTP_PERIOD):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(OnceOnlyCode, second_step.AuthenticateForm):
    """The second step of signing in."""


class ReauthenticateCodeForm(OnceOnlyCode, second_step.ReauthenticateForm):
    """The second step once more, before something that matters."""


class ActivateTOTPForm(InOurWords, authenticator_app.ActivateTOTPForm):
    """Proof that the app was set up."""

    LABELS: ClassVar[dict[str, Promise]] = {"code": _("Code of six digits")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class ProfileForm(forms.Form):
    """A person's own settings."""

    name = line(_("Your name"), 80)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Times on pages and in mails follow it.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        present = self.initial.get("time_zone", "")
        self.fields["time_zone"].choices = time_zones.choices(timezone.now(), present)  # type: ignore[attr-defined]


class CompanyForm(forms.Form):
    """A company's record: its main fields, then what can wait."""

    country = forms.ChoiceField(
        label=_("Country"), choices=lambda: countries.choices(*COUNTRIES_FIRST), initial=MAINLAND
    )
    name_zh = line(
        _("Legal name"),
        120,
        help_text=_("As it stands on the business licence or in the register, in its own script."),
    )
    kind = forms.ChoiceField(
        label=_("What do you do?"),
        choices=KINDS,
        widget=forms.RadioSelect,
        help_text=_("Brands post processing orders, factories post capacity."),
    )
    uscc = forms.CharField(
        label=_("Registration number"),
        required=False,
        max_length=40,
        validators=[no_control_characters],
        help_text=_(
            "In mainland China the Unified Social Credit Code, 18 digits and letters; elsewhere "
            "the number of the company register."
        ),
    )
    cluster = forms.ModelChoiceField(
        label=_("Cluster"),
        queryset=Cluster.objects.none(),
        required=False,
        empty_label=_("Elsewhere, or not stated"),
    )
    size_band = forms.ChoiceField(
        label=_("Size"), required=False, choices=[("", _("Not stated")), *SizeBand.choices]
    )
    licence = UploadField(
        label=_("Photo of the business licence"),
        required=False,
        help_text=_("Seen by officers alone; without it you stay “listed”."),
    )
    name_en = line(_("Name in English"), 160, required=False)
    address = line(_("Address"), 200, required=False)

    MAIN: ClassVar[Sequence[str]] = ("name_zh", "kind", "country", "uscc", "licence", "cluster")
    MORE: ClassVar[Sequence[str]] = ("size_band", "name_en", "address")
    RECORD: ClassVar[Sequence[str]] = (*MAIN, *MORE)

    def __init__(self, *args: Any, locked: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clusters = Cluster.objects.filter(is_active=True).order_by("position")
        self.fields["cluster"].queryset = clusters  # type: ignore[attr-defined]
        for name in locked:
            self.fields[name].disabled = True
            self.fields[name].help_text = _(
                "The association has checked this: ask it for a change."
            )

    def clean(self) -> dict[str, Any]:
        """Read the number as the country's own; refuse what cannot be one."""
        data = super().clean() or self.cleaned_data
        number = data.get("uscc") or ""
        if data.get("country") != MAINLAND:
            return {**data, "uscc": "", "registration_number": number}
        code = uscc.normalise(number)
        if code and not uscc.is_shaped(code):
            self.add_error("uscc", _("A USCC has 18 digits and letters, like 91350300MA2XXXXX0X."))
        return {**data, "uscc": code, "registration_number": ""}

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    @staticmethod
    def initial_of(company: Company, stated_uscc: str) -> dict[str, Any]:
        names = set(CompanyForm.RECORD) - {"uscc", "licence"}
        number = stated_uscc or company.registration_number
        return {**{name: getattr(company, name) for name in names}, "uscc": number}


class RegistrationForm(CompanyForm):
    """A new company, with the person whom a partner reaches once both sides have agreed."""

    contact_person = line(
        _("Contact person"), 80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact = line(
        _("Phone or WeChat"),
        120,
        help_text=_("Opened to a partner only after both of you have said yes to a match."),
    )

    MAIN = (*CompanyForm.MAIN, "contact_person", "contact")

    def clean_contact(self) -> str:
        """Refuse what reaches nobody."""
        value: str = self.cleaned_data["contact"].strip()
        try:
            contact_book.kind_of(value)
        except DomainError as error:
            raise forms.ValidationError(str(error.message), code=error.code) from error
        return value


class CertificateForm(forms.Form):
    """A certificate with its proof."""

    certification = forms.ModelChoiceField(
        label=_("Certification"),
        queryset=Certification.objects.none(),
        empty_label=_("Choose a certification"),
    )
    number = line(_("Number"), 80, required=False)
    expires_on = DayField(label=_("Valid until"))
    proof = UploadField(label=_("Proof"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Certification.objects.filter(is_active=True).order_by("position")
        self.fields["certification"].queryset = offered  # type: ignore[attr-defined]

    def clean_expires_on(self) -> dt.date:
        """Refuse a day that has passed, together with whatever else is wrong."""
        day: dt.date = self.cleaned_data["expires_on"]
        try:
            certificates.check_unexpired(day, trade_day())
        except DomainError as error:
            show_refusal(self, error)
        return day


class ContactForm(forms.Form):
    """One way to reach one person."""

    person = line(_("Contact person"), 80)
    kind = forms.ChoiceField(label=_("Kind"), choices=ContactKind.choices)
    value = line(_("Number or address"), 120)

    def clean(self) -> dict[str, Any]:
        """Refuse what reaches nobody, together with whatever else is wrong."""
        data = super().clean() or self.cleaned_data
        try:
            contact_book.check_reachable(kind=data.get("kind", ""), value=data.get("value", ""))
        except DomainError as error:
            if "value" not in self.errors:
                show_refusal(self, error)
        return data


class InvitationForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(label=_("Email address"), validators=[no_control_characters])
    role = forms.ChoiceField(
        label=_("Role"),
        choices=Role.choices,
        initial=Role.MEMBER,
        help_text=_("Owners change the company and its members; members post and answer."),
    )


class BlockForm(forms.Form):
    """Whom never to be matched with."""

    partner = line(
        _("USCC or company code of the partner"),
        40,
        help_text=_("The partner is not told, and you are not told whether it takes part."),
    )


class MoreBlocksForm(forms.Form):
    """How many more firms, and why."""

    more = NumberField(
        label=_("How many more firms"),
        help_text=_("Beside those that you may keep out already, removed ones included."),
    )
    note = text(
        _("Why"),
        1000,
        help_text=_("An officer decides by it. Name no other firm if you would rather not."),
    )


class TokenForm(forms.Form):
    """A token for the company's own systems."""

    name = line(_("Name"), 60, help_text=_("Which system uses it, like “ERP”."))
    scope = forms.ChoiceField(
        label=_("What it may do"), choices=TokenScope.choices, initial=TokenScope.READ
    )
    days = forms.TypedChoiceField(label=_("Valid for"), choices=LIFETIMES, coerce=int, initial=90)


class ClaimSearchForm(forms.Form):
    """Which listed company is yours."""

    q = line(
        _("USCC or full legal name"),
        160,
        help_text=_("Exactly as on the business licence; parts of a name find nothing."),
    )


class ClaimForm(forms.Form):
    """Why it is yours."""

    note = text(
        _("How do you belong to the company?"),
        help_text=_("Your position, and how the association can check it."),
    )
