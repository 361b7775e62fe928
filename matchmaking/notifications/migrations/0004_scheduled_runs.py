from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_one_word_each")]

    operations = [migrations.RenameModel("Tick", "ScheduledRun")]
