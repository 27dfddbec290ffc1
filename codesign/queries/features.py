"""Reads about the service as it is."""

from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Subquery

from codesign.enums import FeatureStatus
from codesign.models import FeatureVersion, ServiceFeature
from portal.models import Partnership


@dataclass(frozen=True)
class FeatureAsOf:
    """A part of the service as it stands on a day."""

    feature: ServiceFeature
    version: FeatureVersion

    @property
    def is_running(self) -> bool:
        return self.version.status in {FeatureStatus.CURRENT, FeatureStatus.CHANGED}


def service_on(partnership: Partnership, day: date) -> list[FeatureAsOf]:
    """Every part of the service as it stands on `day`, by name; two queries.

    Of several versions from the same day the last written counts.
    """
    standing = (
        FeatureVersion.objects.filter(feature=OuterRef("pk"), from_day__lte=day)
        .order_by("-from_day", "-id")
        .values("pk")[:1]
    )
    features = list(
        ServiceFeature.objects.filter(partnership=partnership)
        .annotate(standing=Subquery(standing))
        .filter(standing__isnull=False)
        .order_by("name")
    )
    versions = FeatureVersion.objects.in_bulk([each.standing for each in features])
    return [FeatureAsOf(feature=each, version=versions[each.standing]) for each in features]
