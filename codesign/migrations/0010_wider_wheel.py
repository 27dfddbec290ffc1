from django.db import migrations, models


class Migration(migrations.Migration):
    """What a list can be filtered by stands in the index of the fair order."""

    dependencies = [("codesign", "0009_hidden_objections")]

    operations = [
        migrations.RemoveIndex(model_name="proposal", name="proposal_wheel"),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(
                condition=models.Q(("status", "draft"), _negated=True),
                fields=["workspace", "lot", "id", "kind", "by_role", "status", "feature"],
                name="proposal_wheel",
            ),
        ),
    ]
