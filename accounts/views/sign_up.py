"""Pages where signing up or in begins; Chinese readers come to the mobile number first."""

from typing import Any

from allauth.account import stages, views
from allauth.account.internal.stagekit import clear_login
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language

from accounts.phone_forms import PhoneSignupForm

BY = "by"  # ?by=mail: the reader chose it


class Correctable:
    """A page that one may come back to from the code, to correct the number."""

    def _redirect_to_pending_stage(
        self, request: HttpRequest, stage: stages.LoginStage
    ) -> HttpResponseRedirect | None:
        # allauth would lead back to the code, for a number that was typed wrong.
        del stage
        clear_login(request)
        return None


class EmailSignup(Correctable, views.SignupView):
    """Signing up by email address and password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send Chinese readers to the other way, unless they chose this one."""
        chosen = request.GET.keys() & {BY, "email"}
        first = settings.SMS_GATEWAY and (get_language() or "").startswith("zh")
        if request.method == "GET" and first and not chosen and request.user.is_anonymous:
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            return redirect(reverse("accounts:phone-signup") + query)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer


class PhoneSignup(Correctable, views.SignupView):
    """Signing up by mobile number and code."""

    template_name = "accounts/phone_signup.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer 404 where no gateway is set."""
        if not settings.SMS_GATEWAY:
            raise Http404
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return answer

    def get_form_class(self) -> type[PhoneSignupForm]:
        return PhoneSignupForm


class LoginCode(Correctable, views.RequestLoginCodeView):
    """Signing in by a code."""


login_code = LoginCode.as_view()
email_signup = EmailSignup.as_view()
phone_signup = PhoneSignup.as_view()
