"""Forms of accounts."""

from allauth.account.forms import SignupForm as BaseSignupForm


class SignupForm(BaseSignupForm):
    """Sign up."""
