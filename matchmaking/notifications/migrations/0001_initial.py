"""The outbox, what was sent, and what people read and want."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("notifications", "0002_mark_before_sending"),
        ("notifications", "0003_one_word_each"),
    ]

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                (
                    "dedupe_key",
                    models.CharField(max_length=200, unique=True, verbose_name="event number"),
                ),
                ("bundle_key", models.CharField(blank=True, max_length=160, verbose_name="bundle")),
                ("subject", models.JSONField(default=dict, verbose_name="about")),
                ("version", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting"),
                            ("leased", "In work"),
                            ("done", "Done"),
                            ("uncertain", "Uncertain: failed after the mail was handed over"),
                            ("dead", "Undeliverable: given up, an officer may send it again"),
                            ("cancelled", "Cancelled: no longer right when it was due"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "next_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="next attempt",
                    ),
                ),
                ("lease_until", models.DateTimeField(null=True)),
                ("lease_token", models.UUIDField(null=True)),
                ("last_error", models.TextField(blank=True, verbose_name="last error")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="written"
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                (
                    "sending_at",
                    models.DateTimeField(null=True, verbose_name="handed to the mail server"),
                ),
            ],
            options={
                "verbose_name": "outbox message",
                "verbose_name_plural": "outbox messages",
                "permissions": [("resend_outboxmessage", "Can send dead messages again")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["pending", "uncertain"])),
                        fields=["next_at", "id"],
                        name="outbox_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "leased")),
                        fields=["lease_until"],
                        name="outbox_leased",
                    ),
                    models.Index(fields=["state", "settled_at"], name="outbox_settled"),
                    models.Index(
                        condition=models.Q(
                            ("state__in", ["pending", "leased", "uncertain"]),
                            models.Q(("bundle_key", ""), _negated=True),
                        ),
                        fields=["bundle_key", "id"],
                        name="outbox_bundle",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_token__isnull", False),
                                ("lease_until__isnull", False),
                                ("state", "leased"),
                            ),
                            models.Q(
                                models.Q(("state", "leased"), _negated=True),
                                ("lease_token", None),
                                ("lease_until", None),
                            ),
                            _connector="OR",
                        ),
                        name="outbox_lease_has_token_and_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["pending", "leased", "done", "uncertain", "dead", "cancelled"],
                            )
                        ),
                        name="outbox_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "leased"), ("sending_at", None), _connector="OR"
                        ),
                        name="outbox_sending_is_leased",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tick",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("slot", models.DateTimeField()),
                (
                    "taken_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "slot"), name="tick_slot_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="MailPreference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("immediate", "At once"),
                            ("daily", "Once a day"),
                            ("off", "No mail"),
                        ],
                        max_length=10,
                    ),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "kind"), name="mail_preference_once_per_kind"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=60)),
                ("fact", models.CharField(max_length=160)),
                ("topic", models.CharField(blank=True, max_length=120)),
                ("subject", models.JSONField(default=dict)),
                ("company_id", models.BigIntegerField(null=True)),
                (
                    "created_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
                ("read_at", models.DateTimeField(null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "indexes": [
                    models.Index(fields=["recipient", "-id"], name="notification_inbox"),
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["recipient"],
                        name="notification_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient", "kind", "fact"), name="notification_once_per_fact"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SentMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("message_id", models.CharField(max_length=120, verbose_name="message ID")),
                ("recipient_id", models.BigIntegerField(null=True, verbose_name="recipient")),
                ("kind", models.CharField(max_length=60, verbose_name="kind")),
                ("uncertain", models.BooleanField(default=False, verbose_name="uncertain")),
                (
                    "accepted_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        verbose_name="accepted",
                    ),
                ),
                (
                    "messages",
                    models.ManyToManyField(related_name="mails", to="notifications.outboxmessage"),
                ),
            ],
            options={
                "verbose_name": "sent mail",
                "verbose_name_plural": "sent mails",
                "indexes": [
                    models.Index(fields=["-accepted_at"], name="sent_mail_age"),
                    models.Index(fields=["message_id"], name="sent_mail_message"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("uncertain", False)),
                        fields=("message_id",),
                        name="sent_mail_accepted_once",
                    )
                ],
            },
        ),
    ]
