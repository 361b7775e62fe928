"""People, companies and their records, with the places and certificates of the trade."""

import csv
import re
import uuid
from pathlib import Path
from typing import Any

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.models.people

DATA = Path(__file__).resolve().parent.parent / "data"


def read(name: str) -> list[tuple[int, dict[str, str]]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(enumerate(csv.DictReader(file)))


def load(apps: Any, _schema_editor: Any) -> None:
    cluster = apps.get_model("accounts", "Cluster")
    certification = apps.get_model("accounts", "Certification")
    cluster.objects.bulk_create(
        cluster(
            code=row["division_code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            speciality=row["speciality"],
            speciality_en=row["speciality_en"],
            source=row["source"],
            position=position,
        )
        for position, row in read("clusters")
    )
    certification.objects.bulk_create(
        certification(
            code=row["code"],
            name_zh=row["name"],
            name_en=row["name_en"],
            kind=row["type"],
            kind_en=row["type_en"],
            scope=row["scope"],
            validity_hint=row["validity_hint"],
            position=position,
        )
        for position, row in read("certifications")
    )


def make_officers(apps: Any, _schema_editor: Any) -> None:
    """Make the group of association staff; its rights follow in ``accounts.officer_rights``."""
    apps.get_model("auth", "Group").objects.get_or_create(name="Officers")


class Migration(migrations.Migration):
    replaces = [
        ("accounts", "0002_places"),
        ("accounts", "0003_officers"),
        ("accounts", "0004_consents"),
        ("accounts", "0005_say_email"),
        ("accounts", "0006_names_of_fields"),
        ("accounts", "0007_terms_in_two_languages"),
        ("accounts", "0008_one_word_each"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Certification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="offered for new posts"),
                ),
                ("kind", models.CharField(blank=True, max_length=60, verbose_name="type")),
                ("scope", models.CharField(blank=True, max_length=60, verbose_name="scope")),
                (
                    "validity_hint",
                    models.CharField(blank=True, max_length=120, verbose_name="validity"),
                ),
                (
                    "kind_en",
                    models.CharField(blank=True, max_length=60, verbose_name="type in English"),
                ),
            ],
            options={
                "verbose_name": "certification",
                "verbose_name_plural": "certifications",
            },
        ),
        migrations.CreateModel(
            name="Cluster",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_zh", models.CharField(max_length=80, verbose_name="Chinese name")),
                ("name_en", models.CharField(max_length=80, verbose_name="English name")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="offered for new posts"),
                ),
                ("code", models.CharField(max_length=6, unique=True, verbose_name="division code")),
                (
                    "speciality",
                    models.CharField(blank=True, max_length=120, verbose_name="speciality"),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                (
                    "speciality_en",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="speciality in English"
                    ),
                ),
            ],
            options={
                "verbose_name": "cluster",
                "verbose_name_plural": "clusters",
            },
        ),
        migrations.CreateModel(
            name="CompanyGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=120, unique=True, verbose_name="name")),
            ],
            options={
                "verbose_name": "group of companies",
                "verbose_name_plural": "groups of companies",
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "email",
                    models.EmailField(max_length=254, unique=True, verbose_name="email address"),
                ),
                ("name", models.CharField(blank=True, max_length=80, verbose_name="full name")),
                (
                    "language",
                    models.CharField(
                        choices=[("zh-hans", "中文"), ("en", "English")],
                        default="zh-hans",
                        max_length=8,
                        verbose_name="language",
                    ),
                ),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai", max_length=40, verbose_name="time zone"
                    ),
                ),
                ("session_round", models.PositiveIntegerField(default=0)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"), name="user_email_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["zh-hans", "en"])),
                        name="user_language_known",
                    ),
                ],
            },
            managers=[
                ("objects", accounts.models.people.PersonManager()),
            ],
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="number",
                    ),
                ),
                ("expires_on", models.DateField(verbose_name="valid until")),
                (
                    "entered_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="entered"
                    ),
                ),
                (
                    "proof",
                    models.FileField(blank=True, upload_to="certificates/", verbose_name="proof"),
                ),
                ("proof_name", models.CharField(blank=True, max_length=120)),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="reviewed"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        to="accounts.certification",
                        verbose_name="certification",
                    ),
                ),
            ],
            options={
                "verbose_name": "certificate",
                "verbose_name_plural": "certificates",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_on__gte", models.F("entered_on"))),
                        name="certificate_valid_when_entered",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "name_zh",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="legal name (Chinese)",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True,
                        max_length=160,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="legal name (English)",
                    ),
                ),
                (
                    "uscc",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        null=True,
                        verbose_name="Unified Social Credit Code",
                    ),
                ),
                (
                    "uscc_warning",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="warning about the USCC"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("brand", "Brand"),
                            ("factory", "Factory"),
                            ("both", "Brand and factory"),
                            ("supplier", "Material supplier"),
                            ("institute", "Institute"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "division_code",
                    models.CharField(
                        blank=True,
                        max_length=6,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{6}$", "A division code has six digits."
                            )
                        ],
                        verbose_name="division code",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                (
                    "size_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("under_100", "under 100 workers"),
                            ("100_499", "100 to 499 workers"),
                            ("500_1999", "500 to 1,999 workers"),
                            ("2000_plus", "2,000 workers and more"),
                        ],
                        max_length=12,
                        verbose_name="size",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for verification"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("closed", "Closed"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "returned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent back"),
                ),
                (
                    "returned_reason",
                    models.TextField(blank=True, verbose_name="what has to be corrected"),
                ),
                (
                    "status_reason",
                    models.TextField(blank=True, verbose_name="reason of suspension or closing"),
                ),
                (
                    "recheck_edits",
                    models.BooleanField(
                        default=False, verbose_name="check edits of published posts"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("none", "Not verified"),
                            ("listed", "Listed"),
                            ("documents", "Documents reviewed"),
                            ("site", "Site visited"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="verification",
                    ),
                ),
                ("tier_on", models.DateField(blank=True, null=True, verbose_name="verified on")),
                (
                    "tier_expires_on",
                    models.DateField(blank=True, null=True, verbose_name="verification expires on"),
                ),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
                (
                    "own_reference",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="reference in the source"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="registered")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "activated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="activated"),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="accounts.cluster",
                        verbose_name="cluster",
                    ),
                ),
                (
                    "tier_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verified by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="companies",
                        to="accounts.companygroup",
                        verbose_name="group of companies",
                    ),
                ),
            ],
            options={
                "verbose_name": "company",
                "verbose_name_plural": "companies",
                "permissions": [
                    ("moderate_company", "Can approve, return and suspend companies"),
                    ("view_contacts", "Can see the contacts of companies"),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("returned_at", None), ("status", "pending")),
                        fields=["created_at"],
                        name="company_queue",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("uscc",), name="company_uscc_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("own_reference", ""), _negated=True),
                        fields=("source", "own_reference"),
                        name="company_reference_once_per_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["brand", "factory", "both", "supplier", "institute"])
                        ),
                        name="company_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["pending", "active", "suspended", "closed"])
                        ),
                        name="company_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name_zh", ""), _negated=True),
                        name="company_name_given",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("uscc", None), ("uscc__regex", "^[0-9A-Z]{18}$"), _connector="OR"
                        ),
                        name="company_uscc_given_or_null",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tier", "none"),
                            models.Q(
                                ("tier_expires_on__gte", models.F("tier_on")),
                                ("tier_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="company_tier_is_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_at", None),
                            models.Q(("returned_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="company_returned_with_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_at", None), ("status", "pending"), _connector="OR"
                        ),
                        name="company_returned_only_while_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("size_band__in", ["", "under_100", "100_499", "500_1999", "2000_plus"])
                        ),
                        name="company_size_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tier__in", ["none", "listed", "documents", "site"])),
                        name="company_tier_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertificateEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="number",
                    ),
                ),
                ("expires_on", models.DateField(verbose_name="valid until")),
                (
                    "entered_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, verbose_name="entered"
                    ),
                ),
                (
                    "proof",
                    models.FileField(blank=True, upload_to="certificates/", verbose_name="proof"),
                ),
                ("proof_name", models.CharField(blank=True, max_length=120)),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="reviewed"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="accounts.certificate",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="reviewed by",
                    ),
                ),
                (
                    "certification",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.certification",
                        verbose_name="certification",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="certificate",
            name="company",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="certificates",
                to="accounts.company",
                verbose_name="company",
            ),
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "uscc",
                    models.CharField(
                        blank=True, max_length=18, verbose_name="Unified Social Credit Code"
                    ),
                ),
                ("partner_code", models.UUIDField(null=True, verbose_name="company code")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="accounts.company",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("uscc", ""), _negated=True),
                        fields=["uscc"],
                        name="block_of_uscc",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("uscc", ""), _negated=True),
                        fields=("company", "uscc"),
                        name="block_uscc_once",
                    ),
                    models.UniqueConstraint(
                        fields=("company", "partner_code"), name="block_partner_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("partner_code__isnull", False), ("uscc", "")),
                            models.Q(models.Q(("uscc", ""), _negated=True), ("partner_code", None)),
                            _connector="OR",
                        ),
                        name="block_by_uscc_or_code",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for a decision"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="reason given")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "decision_note",
                    models.TextField(blank=True, verbose_name="the officer's reason"),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="claimed by",
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="accounts.company",
                        verbose_name="company",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
            ],
            options={
                "verbose_name": "claim to a company",
                "verbose_name_plural": "claims to companies",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "accepted", "refused"])),
                        name="companyclaim_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="companyclaim_decided_is_dated",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("company", "claimed_by"),
                        name="claim_open_once_per_person",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CompanyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "name_zh",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="legal name (Chinese)",
                    ),
                ),
                (
                    "name_en",
                    models.CharField(
                        blank=True,
                        max_length=160,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="legal name (English)",
                    ),
                ),
                (
                    "uscc",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        null=True,
                        verbose_name="Unified Social Credit Code",
                    ),
                ),
                (
                    "uscc_warning",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="warning about the USCC"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("brand", "Brand"),
                            ("factory", "Factory"),
                            ("both", "Brand and factory"),
                            ("supplier", "Material supplier"),
                            ("institute", "Institute"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "division_code",
                    models.CharField(
                        blank=True,
                        max_length=6,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\d{6}$", "A division code has six digits."
                            )
                        ],
                        verbose_name="division code",
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        blank=True,
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="address",
                    ),
                ),
                (
                    "size_band",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("under_100", "under 100 workers"),
                            ("100_499", "100 to 499 workers"),
                            ("500_1999", "500 to 1,999 workers"),
                            ("2000_plus", "2,000 workers and more"),
                        ],
                        max_length=12,
                        verbose_name="size",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for verification"),
                            ("active", "Active"),
                            ("suspended", "Suspended"),
                            ("closed", "Closed"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                (
                    "returned_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="sent back"),
                ),
                (
                    "returned_reason",
                    models.TextField(blank=True, verbose_name="what has to be corrected"),
                ),
                (
                    "status_reason",
                    models.TextField(blank=True, verbose_name="reason of suspension or closing"),
                ),
                (
                    "recheck_edits",
                    models.BooleanField(
                        default=False, verbose_name="check edits of published posts"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("none", "Not verified"),
                            ("listed", "Listed"),
                            ("documents", "Documents reviewed"),
                            ("site", "Site visited"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="verification",
                    ),
                ),
                ("tier_on", models.DateField(blank=True, null=True, verbose_name="verified on")),
                (
                    "tier_expires_on",
                    models.DateField(blank=True, null=True, verbose_name="verification expires on"),
                ),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="source")),
                (
                    "own_reference",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="reference in the source"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="registered")),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "activated_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="activated"),
                ),
                (
                    "cluster",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.cluster",
                        verbose_name="cluster",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="accounts.company",
                    ),
                ),
                (
                    "tier_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="verified by",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.companygroup",
                        verbose_name="group of companies",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CompanyToken",
            fields=[
                ("digest", models.CharField(max_length=128, primary_key=True, serialize=False)),
                ("token_key", models.CharField(db_index=True, max_length=25)),
                ("created", models.DateTimeField(auto_now_add=True)),
                ("expiry", models.DateTimeField(blank=True, null=True)),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), default=list, size=None
                    ),
                ),
                ("last_used_on", models.DateField(null=True, verbose_name="last used on")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to="accounts.company",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="auth_token_set",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("scopes__contained_by", ["read", "write"]), ("scopes__len__gte", 1)
                        ),
                        name="token_scopes_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "person",
                    models.CharField(
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="contact person",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("phone", "Phone"), ("email", "Email"), ("wechat", "WeChat")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "value",
                    models.CharField(
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator(
                                re.compile(
                                    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
                                ),
                                code="control_characters",
                                inverse_match=True,
                                message="Control characters are not allowed: type the text again.",
                            )
                        ],
                        verbose_name="number or address",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contacts",
                        to="accounts.company",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "kind", "value"), name="contact_once_per_company"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["phone", "email", "wechat"])),
                        name="contact_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("email", models.EmailField(max_length=254, verbose_name="email address")),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "Owner"), ("member", "Member")],
                        default="member",
                        max_length=8,
                        verbose_name="role",
                    ),
                ),
                ("language", models.CharField(default="zh-hans", max_length=8)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Sent"),
                            ("accepted", "Accepted"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("expires_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="accounts.company",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("company"),
                        django.db.models.functions.text.Lower("email"),
                        condition=models.Q(("status", "open")),
                        name="invitation_open_once_per_address",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "member"])),
                        name="invitation_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("status", "open")),
                            models.Q(
                                ("status__in", ["accepted", "withdrawn"]),
                                ("settled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="invitation_settled_is_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "Owner"), ("member", "Member")],
                        default="member",
                        max_length=8,
                        verbose_name="role",
                    ),
                ),
                ("joined_at", models.DateTimeField(auto_now_add=True, verbose_name="joined")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="accounts.company",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "company"), name="membership_once_per_company"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["owner", "member"])),
                        name="membership_role_known",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="company",
            name="members",
            field=models.ManyToManyField(
                related_name="companies", through="accounts.Membership", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.CreateModel(
            name="MembershipEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "role",
                    models.CharField(
                        choices=[("owner", "Owner"), ("member", "Member")],
                        default="member",
                        max_length=8,
                        verbose_name="role",
                    ),
                ),
                ("joined_at", models.DateTimeField(auto_now_add=True, verbose_name="joined")),
                (
                    "company",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="accounts.company",
                    ),
                ),
                (
                    "pgh_context",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="pghistory.context",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="events",
                        to="accounts.membership",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UsccDispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for a decision"),
                            ("accepted", "Accepted"),
                            ("refused", "Refused"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="reason given")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "decision_note",
                    models.TextField(blank=True, verbose_name="the officer's reason"),
                ),
                (
                    "uscc",
                    models.CharField(max_length=18, verbose_name="Unified Social Credit Code"),
                ),
                (
                    "claimant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uscc_disputes",
                        to="accounts.company",
                        verbose_name="second claimant",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.company",
                        verbose_name="holder",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispute over a USCC",
                "verbose_name_plural": "disputes over USCCs",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "accepted", "refused"])),
                        name="usccdispute_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("status", "open")),
                            models.Q(
                                models.Q(("status", "open"), _negated=True),
                                ("decided_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="usccdispute_decided_is_dated",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")),
                        fields=("uscc", "claimant"),
                        name="dispute_open_once_per_claimant",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("holder", models.F("claimant")), _negated=True),
                        name="dispute_of_two_companies",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        choices=[
                            ("none", "Not verified"),
                            ("listed", "Listed"),
                            ("documents", "Documents reviewed"),
                            ("site", "Site visited"),
                        ],
                        max_length=10,
                        verbose_name="tier",
                    ),
                ),
                ("on", models.DateField(verbose_name="verified on")),
                ("expires_on", models.DateField(verbose_name="expires on")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verifications",
                        to="accounts.company",
                    ),
                ),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "verification",
                "verbose_name_plural": "verifications",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("expires_on__gte", models.F("on"))),
                        name="verification_expires_later",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.UniqueConstraint(
                fields=("company", "certification"), name="certificate_once_per_company"
            ),
        ),
        migrations.CreateModel(
            name="ContactConsent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.UUIDField()),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents",
                        to="accounts.company",
                    ),
                ),
                (
                    "to_company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="consents_received",
                        to="accounts.company",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent",
                "verbose_name_plural": "consents",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("company", "to_company", "source"), name="consent_once_per_source"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("company", models.F("to_company")), _negated=True),
                        name="consent_is_given_to_another",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactDisclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="seen")),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disclosures",
                        to="accounts.contactconsent",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "disclosure of contacts",
                "verbose_name_plural": "disclosures of contacts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consent", "user"), name="disclosure_once_per_person"
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="certificate",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_certificateevent" ("certification_id", "code", "company_id", "created_at", "entered_on", "expires_on", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "proof_name", "reviewed_at", "reviewed_by_id") VALUES (NEW."certification_id", NEW."code", NEW."company_id", NEW."created_at", NEW."entered_on", NEW."expires_on", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."proof", NEW."proof_name", NEW."reviewed_at", NEW."reviewed_by_id"); RETURN NULL;',
                    hash="8b28d3107250edf3593bfc86ded1b5e77e63bb36",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_07554",
                    table="accounts_certificate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="certificate",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "accounts_certificateevent" ("certification_id", "code", "company_id", "created_at", "entered_on", "expires_on", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "proof", "proof_name", "reviewed_at", "reviewed_by_id") VALUES (NEW."certification_id", NEW."code", NEW."company_id", NEW."created_at", NEW."entered_on", NEW."expires_on", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."proof", NEW."proof_name", NEW."reviewed_at", NEW."reviewed_by_id"); RETURN NULL;',
                    hash="9f01dff917a40692393f6242f5985378533aa20a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_9d354",
                    table="accounts_certificate",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_membershipevent" ("company_id", "id", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."company_id", NEW."id", NEW."joined_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;',
                    hash="f8680b12f64376e283a168a6297e11366fbd0fdd",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_fc05a",
                    table="accounts_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="membership",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "accounts_membershipevent" ("company_id", "id", "joined_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "user_id") VALUES (NEW."company_id", NEW."id", NEW."joined_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."user_id"); RETURN NULL;',
                    hash="458579ad771a7b1dbca81a7e19727f87aa088640",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_20ab5",
                    table="accounts_membership",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="company",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "accounts_companyevent" ("activated_at", "address", "cluster_id", "code", "created_at", "division_code", "group_id", "id", "kind", "name_en", "name_zh", "own_reference", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recheck_edits", "returned_at", "returned_reason", "size_band", "source", "status", "status_reason", "tier", "tier_by_id", "tier_expires_on", "tier_on", "updated_at", "uscc", "uscc_warning", "version") VALUES (NEW."activated_at", NEW."address", NEW."cluster_id", NEW."code", NEW."created_at", NEW."division_code", NEW."group_id", NEW."id", NEW."kind", NEW."name_en", NEW."name_zh", NEW."own_reference", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."recheck_edits", NEW."returned_at", NEW."returned_reason", NEW."size_band", NEW."source", NEW."status", NEW."status_reason", NEW."tier", NEW."tier_by_id", NEW."tier_expires_on", NEW."tier_on", NEW."updated_at", NEW."uscc", NEW."uscc_warning", NEW."version"); RETURN NULL;',
                    hash="639c28a9001745cd64491072e3b9c9ad90aceb71",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_f9bb1",
                    table="accounts_company",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="company",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "accounts_companyevent" ("activated_at", "address", "cluster_id", "code", "created_at", "division_code", "group_id", "id", "kind", "name_en", "name_zh", "own_reference", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "recheck_edits", "returned_at", "returned_reason", "size_band", "source", "status", "status_reason", "tier", "tier_by_id", "tier_expires_on", "tier_on", "updated_at", "uscc", "uscc_warning", "version") VALUES (NEW."activated_at", NEW."address", NEW."cluster_id", NEW."code", NEW."created_at", NEW."division_code", NEW."group_id", NEW."id", NEW."kind", NEW."name_en", NEW."name_zh", NEW."own_reference", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."recheck_edits", NEW."returned_at", NEW."returned_reason", NEW."size_band", NEW."source", NEW."status", NEW."status_reason", NEW."tier", NEW."tier_by_id", NEW."tier_expires_on", NEW."tier_on", NEW."updated_at", NEW."uscc", NEW."uscc_warning", NEW."version"); RETURN NULL;',
                    hash="59e60527fa9324c2ae875be1c73665ebf40ae554",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c2173",
                    table="accounts_company",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
        migrations.RunPython(make_officers, migrations.RunPython.noop),
    ]
