"""Companies as the API shows them."""

from typing import Any

from rest_framework import serializers

from accounts.models import Certificate, Company


class CertificateOutput(serializers.ModelSerializer[Certificate]):
    """A certificate that the company holds."""

    certification = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)

    class Meta:
        model = Certificate
        fields = ("code", "certification", "number", "expires_on", "reviewed_at")
        read_only_fields = fields


class CompanyOutput(serializers.ModelSerializer[Company]):
    """The company that the token acts for."""

    cluster = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    certificates = CertificateOutput(many=True, read_only=True)

    class Meta:
        model = Company
        fields = (
            "code",
            "name_zh",
            "name_en",
            "uscc",
            "kind",
            "cluster",
            "division_code",
            "address",
            "size_band",
            "status",
            "tier",
            "tier_on",
            "tier_expires_on",
            "certificates",
        )
        read_only_fields = fields
