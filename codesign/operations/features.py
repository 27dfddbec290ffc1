"""Writes about the service as it is: adding a part, and how a part stands from a day on."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import FeatureStatus
from codesign.models import FeatureVersion, ServiceFeature
from portal import clock, permissions, record
from portal.models import Participant
from portal.refusal import Refusal


class UnableToAddServiceFeature(Refusal):
    """A part of this name is there already."""


@transaction.atomic
def add_service_feature(
    *,
    name: str,
    summary: str,
    words: str,
    by: Participant,
    status: FeatureStatus = FeatureStatus.CURRENT,
    from_day: date | None = None,
    because: str = "",
    because_words: str = "",
    because_url: str = "",
) -> ServiceFeature:
    """Add a part of the service, with what it is like from a day on (today, unless given).

    `because` is what brought it about, as in `change_service_feature`. Raises
    UnableToAddServiceFeature when there is one of this name.
    """
    permissions.check(by, "add_service_feature", by.partnership)
    if ServiceFeature.objects.filter(partnership_id=by.partnership_id, name=name).exists():
        raise UnableToAddServiceFeature(
            _("There is a part of the service called “%(name)s” already.") % {"name": name}
        )
    feature = ServiceFeature.objects.create(
        partnership=by.partnership, name=name, summary=summary, created_at=clock.now()
    )
    record.append(
        "service_feature_added",
        by=by,
        subject=feature,
        content={"name": name, "summary": summary},
    )
    change_service_feature(
        feature=feature,
        status=status,
        words=words,
        from_day=from_day or clock.today(),
        by=by,
        because=because,
        because_words=because_words,
        because_url=because_url,
    )
    return feature


@transaction.atomic
def change_service_feature(
    *,
    feature: ServiceFeature,
    status: FeatureStatus,
    words: str,
    from_day: date,
    by: Participant,
    because: str = "",
    because_words: str = "",
    because_url: str = "",
) -> FeatureVersion:
    """Say how a part of the service stands from `from_day` on.

    `because` is the reference of what caused it (a decision, an adaptation), with its title and
    address, so that the service description can say why without knowing who came after it.
    """
    permissions.check(by, "change_service_feature", feature)
    version = FeatureVersion.objects.create(
        feature=feature,
        status=status,
        words=words,
        from_day=from_day,
        because=because,
        because_words=because_words,
        because_url=because_url,
        created_at=clock.now(),
    )
    record.append(
        "service_feature_changed",
        by=by,
        subject=feature,
        public={"status": status, "from": from_day.isoformat(), "because": because},
        content={"words": words},
    )
    return version
