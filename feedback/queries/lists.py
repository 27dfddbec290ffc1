"""Lists of proposals by theme: a filter that co-design shows without knowing what a theme is."""

from django.utils.translation import gettext_lazy as _

from codesign.models.proposals import ProposalQuerySet
from codesign.queries.lists import Filter, filter_by
from feedback.models import Theme, ThemeProposal


def about_theme(items: ProposalQuerySet, theme: int) -> ProposalQuerySet:
    """Those that were raised from a theme, or linked to it, and still are."""
    links = ThemeProposal.objects.standing().filter(source=theme)
    return items.filter(pk__in=links.values("target"))


filter_by(
    Filter(
        name="theme",
        label=_("Theme"),
        words="name",
        things=lambda partnership: Theme.objects.filter(partnership=partnership),
        narrow=about_theme,
    )
)
