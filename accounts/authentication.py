"""Tokens of companies."""

from knox.auth import TokenAuthentication


class CompanyTokenAuthentication(TokenAuthentication):
    """Authenticate by a company's token."""
