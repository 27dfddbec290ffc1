"""What the record's entries about evidence packs mean, in words for people."""

from django.utils.translation import gettext_lazy as _

from portal import record

record.PHRASES.update(
    {"evidence_pack_made": _("The evidence behind a decision was put together to take away")}
)
