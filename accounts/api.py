"""/api/v1/company/: the company that the token acts for."""

from typing import Any

from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Company
from accounts.serializers import CompanyOutput


class CompanyTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names a company's token."""

    target_class = "accounts.authentication.CompanyTokenAuthentication"
    name = "companyToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """Return the security scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: Token …`, issued by an owner of the company.",
        }


class CompanyView(APIView):
    """The own company."""

    @extend_schema(responses=CompanyOutput)
    def get(self, request: Request) -> Response:
        """Read the company with its certificates."""
        token: Any = request.auth
        company = (
            Company.objects.visible_to(request.user)
            .filter(pk=token.company_id)
            .select_related("cluster")
            .prefetch_related("certificates__certification")
            .first()
        )
        if company is None:
            raise Http404
        return Response(CompanyOutput(company).data)
