from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0002_random_codes")]

    operations = [
        migrations.CreateModel(
            name="LimitCounter",
            fields=[
                ("key", models.CharField(max_length=250, primary_key=True, serialize=False)),
                ("value", models.JSONField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["expires_at"], name="limit_counter_age")],
            },
        ),
    ]
