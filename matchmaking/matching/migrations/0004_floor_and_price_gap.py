"""A score with a floor and a gate for prices: the standard profile gets its new weights."""

import django.core.validators
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.utils import timezone

BEFORE = {
    "volume": 0.30, "category": 0.20, "lead_time": 0.25, "price": 0.10, "place": 0.08,
    "freshness": 0.07, "wished_buffer_days": 21, "min_score": 0,
}  # fmt: skip
NOW = {
    "volume": 0.24, "category": 0.26, "lead_time": 0.20, "price": 0.17, "place": 0.07,
    "freshness": 0.06, "wished_buffer_days": 21, "min_score": 60, "price_tolerance": 0.30,
}  # fmt: skip


def weigh_anew(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let the standard profile score as it does on a new site, unless officers chose another.

    One that has scored matches is kept as it is and retired; the market is scored anew.
    """
    ScoringProfile = apps.get_model("matching", "ScoringProfile")
    apps.get_model("matching", "Scoring").objects.update(basis="")
    active = ScoringProfile.objects.filter(state="active", **BEFORE).first()
    if active is None:
        return
    if not apps.get_model("matching", "Match").objects.filter(profile=active).exists():
        ScoringProfile.objects.filter(pk=active.pk).update(**NOW)
        return
    ScoringProfile.objects.filter(pk=active.pk).update(state="retired")
    latest = ScoringProfile.objects.order_by("-version").first().version
    ScoringProfile.objects.create(
        version=latest + 1, name=active.name, state="active", activated_at=timezone.now(), **NOW
    )


class Migration(migrations.Migration):
    dependencies = [
        ("matching", "0003_changes_since_a_scoring"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="scoringprofile",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="scoringprofile",
            name="update_update",
        ),
        migrations.AddField(
            model_name="scoringprofile",
            name="price_tolerance",
            field=models.FloatField(
                default=0.3,
                validators=[
                    django.core.validators.MinValueValidator(0.01),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="share of the target by which a price may lie above it",
            ),
        ),
        migrations.AddField(
            model_name="scoringprofileevent",
            name="price_tolerance",
            field=models.FloatField(
                default=0.3,
                validators=[
                    django.core.validators.MinValueValidator(0.01),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="share of the target by which a price may lie above it",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="category",
            field=models.FloatField(
                default=0.26,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of category",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="freshness",
            field=models.FloatField(
                default=0.06,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of freshness",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="lead_time",
            field=models.FloatField(
                default=0.2,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of lead time",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="min_score",
            field=models.FloatField(
                default=60,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="lowest score that is proposed",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="place",
            field=models.FloatField(
                default=0.07,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of place",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="price",
            field=models.FloatField(
                default=0.17,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of price",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="volume",
            field=models.FloatField(
                default=0.24,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of volume",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofile",
            name="wished_buffer_days",
            field=models.PositiveSmallIntegerField(
                default=21, verbose_name="days of slack that give nearly full marks"
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="category",
            field=models.FloatField(
                default=0.26,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of category",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="freshness",
            field=models.FloatField(
                default=0.06,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of freshness",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="lead_time",
            field=models.FloatField(
                default=0.2,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of lead time",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="min_score",
            field=models.FloatField(
                default=60,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(100),
                ],
                verbose_name="lowest score that is proposed",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="place",
            field=models.FloatField(
                default=0.07,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of place",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="price",
            field=models.FloatField(
                default=0.17,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of price",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="volume",
            field=models.FloatField(
                default=0.24,
                validators=[
                    django.core.validators.MinValueValidator(0),
                    django.core.validators.MaxValueValidator(1),
                ],
                verbose_name="weight of volume",
            ),
        ),
        migrations.AlterField(
            model_name="scoringprofileevent",
            name="wished_buffer_days",
            field=models.PositiveSmallIntegerField(
                default=21, verbose_name="days of slack that give nearly full marks"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scoringprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "matching_scoringprofileevent" ("activated_at", "activated_by_id", "category", "created_at", "created_by_id", "freshness", "id", "lead_time", "min_score", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "price", "price_tolerance", "state", "version", "volume", "wished_buffer_days") VALUES (NEW."activated_at", NEW."activated_by_id", NEW."category", NEW."created_at", NEW."created_by_id", NEW."freshness", NEW."id", NEW."lead_time", NEW."min_score", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."place", NEW."price", NEW."price_tolerance", NEW."state", NEW."version", NEW."volume", NEW."wished_buffer_days"); RETURN NULL;',
                    hash="5dd763e612f8b9abb3c44183b6597db3f3c48f6f",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_cc69b",
                    table="matching_scoringprofile",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="scoringprofile",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "matching_scoringprofileevent" ("activated_at", "activated_by_id", "category", "created_at", "created_by_id", "freshness", "id", "lead_time", "min_score", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "price", "price_tolerance", "state", "version", "volume", "wished_buffer_days") VALUES (NEW."activated_at", NEW."activated_by_id", NEW."category", NEW."created_at", NEW."created_by_id", NEW."freshness", NEW."id", NEW."lead_time", NEW."min_score", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."place", NEW."price", NEW."price_tolerance", NEW."state", NEW."version", NEW."volume", NEW."wished_buffer_days"); RETURN NULL;',
                    hash="bb3e5efe9f767eecb2c134534fbcdb96159d9d40",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_389e0",
                    table="matching_scoringprofile",
                    when="AFTER",
                ),
            ),
        ),
        migrations.RunPython(weigh_anew, migrations.RunPython.noop),
    ]
