from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("matching", "0008_deferrals")]

    operations = [
        migrations.AddField(
            model_name="match",
            name="declined_bands",
            field=models.JSONField(editable=False, null=True),
        ),
    ]
