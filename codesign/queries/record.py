"""What the record's entries about co-design mean, in words for people."""

from django.utils.translation import gettext_lazy as _

from codesign.models import Workspace
from portal import record, record_export
from portal.models import Participant, ref

record.PHRASES.update(
    {
        "workspace_opened": _("A space for shaping the service was opened"),
        "service_feature_added": _("A part of the service was written down"),
        "service_feature_changed": _("The description of a part of the service changed"),
        "proposal_opened": _("A suggestion was shared"),
        "proposal_shortlisted": _("A suggestion was shortlisted"),
        "proposal_parked": _("A suggestion was parked for now"),
        "proposal_withdrawn": _("A suggestion was taken back by its author"),
        "proposal_reopened": _("A suggestion was opened again"),
        "proposal_merged": _("A suggestion was merged into another"),
        "comment_added": _("Somebody commented on a suggestion"),
        "comment_hidden": _("A comment was hidden, with a reason"),
        "session_opened": _("A design session was opened"),
        "session_closed": _("A design session was closed"),
        "card_chosen": _("A card was chosen and became a suggestion"),
        "card_hidden": _("A card was taken off the board, with a reason"),
        "decision_published": _("A decision was published"),
    }
)


@record_export.closed_to
def closed_spaces(participant: Participant) -> set[str]:
    """The workspaces of their partnership that somebody may not read."""
    here = Workspace.objects.filter(partnership_id=participant.partnership_id)
    readable = Workspace.objects.visible_to(participant).order_by().values("pk")
    return {ref(each) for each in here.exclude(pk__in=readable)}
