"""What the record's entries about feedback mean, in words for people."""

from django.utils.translation import gettext_lazy as _

from portal import record

record.PHRASES.update(
    {
        "feedback_published": _("What somebody said was read and published"),
        "feedback_held": _("What somebody said was held while it is checked"),
        "feedback_added": _("Somebody added to what they had said"),
        "feedback_answered": _("Somebody was answered"),
        "feedback_withdrawn": _("Somebody took their words back"),
        "theme_named": _("A theme was given its name"),
        "link_made": _("Two things were linked"),
        "link_removed": _("A link was removed, with a reason"),
        "adaptation_published": _("A change was published"),
        "adaptation_reviewed": _("A change was reviewed: did it help?"),
        "measure_defined": _("A measure was defined"),
        "observation_recorded": _("A month’s number was written down"),
        "observation_corrected": _("A month’s number was corrected, with a reason"),
    }
)
