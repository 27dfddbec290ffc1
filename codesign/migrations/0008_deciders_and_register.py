"""A decider is one of the partnership's people or has a name; decisions are found by their words."""

from django.db import migrations, models

from portal import search


class Migration(migrations.Migration):
    dependencies = [("codesign", "0007_spaces_sheets_merges")]
    operations = [
        migrations.AlterField(
            model_name="decider",
            name="name",
            field=models.CharField(blank=True, max_length=120),
        ),
        migrations.AddConstraint(
            model_name="decider",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    ("participant__isnull", False),
                    _connector="OR",
                ),
                name="decider_is_somebody",
            ),
        ),
        migrations.RunPython(
            search.forwards("codesign_decision", ["title", "what", "reasons"]),
            search.backwards("codesign_decision"),
        ),
    ]
