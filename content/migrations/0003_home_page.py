"""Wagtail's own first page makes way for ours, and the default site begins there."""

from django.db import migrations


def create(apps, schema_editor):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Page = apps.get_model("wagtailcore", "Page")
    Site = apps.get_model("wagtailcore", "Site")
    Locale = apps.get_model("wagtailcore", "Locale")
    HomePage = apps.get_model("content", "HomePage")
    Site.objects.all().delete()
    Page.objects.filter(depth=2, slug="home").delete()
    kind, _ = ContentType.objects.get_or_create(model="homepage", app_label="content")
    root = Page.objects.get(depth=1)
    home = HomePage.objects.create(
        title="Throughline",
        draft_title="Throughline",
        slug="home",
        strapline="Say what would help. See what was decided. See what changed, and whether it did.",
        content_type=kind,
        path=root.path + "0001",
        depth=2,
        numchild=0,
        url_path="/home/",
        locale=Locale.objects.get(),
        live=True,
        show_in_menus=False,
    )
    root.numchild = 1
    root.save(update_fields=["numchild"])
    Site.objects.create(
        hostname="localhost", site_name="Throughline", root_page=home, is_default_site=True
    )


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0002_initial"),
        ("wagtailcore", "0098_apitoken"),
    ]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
