"""The full-text index over themes."""

from django.db import migrations

from portal import search


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_codesign_in_full")]
    operations = [
        migrations.RunPython(
            search.forwards("feedback_theme", ["name", "summary"]),
            search.backwards("feedback_theme"),
        ),
    ]
