"""Forms of signing up and in by mobile number."""

import re
import unicodedata
from typing import Any, ClassVar

from allauth.account import forms as signing_in
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.signup import prevent_enumeration
from django import forms
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.forms import InOurWords, line
from accounts.models import User
from accounts.models.phones import MOBILE
from accounts.services import phones
from matchmaking.core.protections import Protection, is_on

NOT_MOBILE = _("Write a mobile number of the mainland, like 138 0013 8000. Elsewhere, use mail.")
REHEARSAL = "+8613000000000"


class MobileField(forms.CharField):
    """A mobile number of mainland China, cleaned to E.164: no gateway here reaches another."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["label"] = _("Mobile number")
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        check = RegexValidator(MOBILE, NOT_MOBILE)
        super().__init__(max_length=32, widget=widget, validators=[check], **kwargs)

    def to_python(self, value: Any) -> str:
        digits = re.sub(
            r"[\s\-().]", "", unicodedata.normalize("NFKC", super().to_python(value) or "")
        )
        if not digits:
            return ""
        return "+86" + re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", digits)


class PhoneSignupForm(forms.Form):
    """Sign up with name and mobile number; the code that comes is the password."""

    by_passkey = False
    name = line(_("Your name"), 80, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = MobileField()

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Make the person, or do as if: a known number gets a message instead of a code.

        Either way the same rows are written before the answer, and the same page follows.
        """
        number, name = self.cleaned_data["phone"], self.cleaned_data["name"]
        language = get_language() or "zh-hans"
        if get_adapter().get_user_by_phone(number) is None:
            person = phones.create_person_by_phone(number=number, name=name, language=language)
            return person, None
        if is_on(Protection.EQUAL_TIME):
            with transaction.atomic():
                phones.create_person_by_phone(number=REHEARSAL, name=name, language=language)
                transaction.set_rollback(True)
        return None, prevent_enumeration(request, phone=number)


class LoginCodeForm(signing_in.RequestLoginCodeForm):
    """Where to send the code by which one signs in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self.fields["phone"].required = True


class CodeForm(InOurWords):
    """The code of a message, typed in."""

    LABELS: ClassVar[dict[str, Promise]] = {"code": _("Code of six digits")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= {"inputmode": "numeric", "maxlength": "8"}


class ConfirmLoginCodeForm(CodeForm, signing_in.ConfirmLoginCodeForm):
    """The code that signs in."""


class VerifyPhoneForm(CodeForm, signing_in.VerifyPhoneForm):
    """The code that proves whose the number is."""
