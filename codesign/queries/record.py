"""What the record's entries about co-design mean, in words for people."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from codesign.enums import StatementStatus
from codesign.models import (
    Amendment,
    CardProposal,
    Comment,
    Correction,
    Objection,
    Proposal,
    Sheet,
    Statement,
    Workspace,
)
from codesign.queries.ballot_files import with_hidden_words
from portal import record, record_export
from portal.models import Participant, RecordEntry, ref

record.PHRASES.update(
    {
        "workspace_opened": _("A space for shaping the service was opened"),
        "workspace_edited": _("What a space says about itself was changed"),
        "workspace_access_set": _("Who may take part in a space, or read it, was set"),
        "workspace_member_invited": _("Somebody was asked into a space"),
        "workspace_member_removed": _("Somebody was taken off the list of a space"),
        "workspace_duplicated": _("The next round of a space was set up"),
        "workspace_closed": _("A space was closed, with a reason"),
        "workspace_reopened": _("A closed space was opened again, with a reason"),
        "stage_moved": _("A stage of a space was moved, with a reason"),
        "service_feature_added": _("A part of the service was written down"),
        "service_feature_changed": _("The description of a part of the service changed"),
        "proposal_opened": _("A suggestion was shared"),
        "proposal_edited": _("The words of a suggestion changed: it has a new version"),
        "proposal_estimated": _("A provider said roughly what a suggestion may cost and take"),
        "file_attached": _("A picture or a document was put with a suggestion"),
        "file_removed": _("A picture or a document was taken away from a suggestion"),
        "co_author_invited": _("Somebody was asked to write a suggestion together"),
        "co_author_answered": _("Somebody answered whether they write a suggestion together"),
        "amendment_made": _("A change to the words of a suggestion was suggested"),
        "amendment_accepted": _("A suggested change was accepted"),
        "amendment_declined": _("A suggested change was declined, with a reason"),
        "amendment_withdrawn": _("A suggested change was taken back"),
        "amendment_raised": _("A declined change became a draft of its own"),
        "proposal_shortlisted": _("A suggestion was shortlisted"),
        "proposal_parked": _("A suggestion was parked for now"),
        "proposal_withdrawn": _("A suggestion was taken back by its author"),
        "proposal_reopened": _("A suggestion was opened again"),
        "proposals_exported": _("A list of suggestions was downloaded"),
        "proposal_merged": _("A suggestion was merged into another"),
        "merge_taken_apart": _("A merge was taken apart again, with a reason"),
        "proposal_split": _("A suggestion was split into several"),
        "comment_added": _("Somebody commented on a suggestion"),
        "comment_answered": _("A question was answered"),
        "comment_withdrawn": _("A comment was taken back by its author"),
        "words_reported": _("Somebody reported words to the moderators"),
        "report_answered": _("A moderator answered a report"),
        "comment_hidden": _("A comment was hidden, with a reason"),
        "proposal_hidden": _("A suggestion was hidden, with a reason"),
        "objection_hidden": _("A reason against was hidden, with a reason"),
        "correction_hidden": _("A correction asked for was hidden, with a reason"),
        "asked_again": _("An author asked for another look at words that were hidden"),
        "words_put_back": _("Words that were hidden were put back"),
        "hiding_stands": _("A moderator looked again, and words stay hidden"),
        "support_entered": _("Somebody’s support was entered for them"),
        "sheet_entered": _("A paper sheet was typed in"),
        "sheet_corrected": _("A line of a paper sheet was corrected, with a reason"),
        "session_opened": _("A design session was opened"),
        "session_closed": _("A design session was closed"),
        "card_chosen": _("A card was chosen and became a suggestion"),
        "card_hidden": _("A card was taken off the board, with a reason"),
        "activity_started": _("A suggestion became an activity"),
        "activity_changed": _("What is said about an activity changed"),
        "activity_ended": _("An activity ended"),
        "host_added": _("Somebody began to lead an activity"),
        "date_added": _("A date was added to an activity"),
        "date_cancelled": _("A date of an activity was called off"),
        "attendance_recorded": _("It was counted how many people came"),
        "criteria_agreed": _("It was agreed what suggestions are judged by"),
        "proposal_assessed": _("Somebody said what they think of a suggestion"),
        "assessments_published": _("What assessors think of a suggestion was published"),
        "assessment_shown": _("What one assessor said was shown to everybody"),
        "statements_opened": _("People were asked short statements: agree or not?"),
        "statement_suggested": _("Somebody suggested a statement"),
        "statement_shown": _("A statement was shown, for everybody to answer"),
        "statement_declined": _("A statement was not shown, or taken off, with a reason"),
        "statements_closed": _("A round of statements was closed, and what was found published"),
        "decision_published": _("A decision was published"),
        "ballot_opened": _("A vote was opened: its rule and its list of voters were fixed"),
        "roll_reopened": _("One more person was put on the list of voters, with a reason"),
        "cards_printed": _("Paper voting cards were printed"),
        "ballot_closed": _("A vote closed and was counted"),
        "ballot_annulled": _("A vote was annulled, with a reason"),
        "objection_answered": _("An objection was answered"),
        "decision_confirmed": _("A second person confirmed a decision"),
        "confirmation_required": _("It was set whether a second person confirms decisions"),
        "commitment_kept": _("Something promised in a decision was done"),
        "correction_asked": _("Somebody asked for a decision to be corrected"),
        "correction_answered": _("A correction was answered"),
        "decisions_exported": _("A list of decisions was downloaded"),
        "hard_words_set": _("The list of words that need plainer ones was changed"),
    }
)


@record_export.closed_to
def closed_spaces(participant: Participant) -> set[str]:
    """The workspaces of their partnership that somebody may not read."""
    here = Workspace.objects.filter(partnership_id=participant.partnership_id)
    readable = Workspace.objects.visible_to(participant).order_by().values("pk")
    return {ref(each) for each in here.exclude(pk__in=readable)}


# What a moderator said about words, which everybody may read while the words are hidden.
MODERATORS_WORDS = (
    "comment_hidden",
    "proposal_hidden",
    "objection_hidden",
    "correction_hidden",
    "statement_declined",
    "words_put_back",
    "hiding_stands",
)


@record_export.hidden_in
def hidden_words(partnership_id: int) -> QuerySet[RecordEntry]:
    """Entries of what is hidden now, and of what was made of a hidden suggestion's words."""
    here = {"partnership": partnership_id}
    proposals = Proposal.objects.filter(**here, hidden_at__isnull=False)
    of_them = proposals.values("pk")
    chosen = CardProposal.objects.filter(target__in=of_them).select_related("source__session")
    cards = [link.source for link in chosen]
    against = list(
        Objection.objects.filter(**here, hidden_at__isnull=False).select_related(
            "ballot", "decision"
        )
    )
    subjects = {
        ref(each)
        for each in (
            *proposals,
            *Comment.objects.filter(**here, hidden_at__isnull=False),
            *against,
            # The close of a vote, and the publishing of a decision, keep all reasons against.
            *(each.thing for each in against),
            *Correction.objects.filter(**here, hidden_at__isnull=False),
            *Statement.objects.filter(**here, status=StatementStatus.DECLINED),
            *Amendment.objects.filter(proposal__in=of_them),
            *cards,
            *(card.session for card in cards),
            # A correction of a line says what its idea was.
            *Sheet.objects.filter(entered_lines__idea__in=of_them).distinct(),
        )
    }
    subjects |= with_hidden_words(partnership_id)
    of_words = RecordEntry.objects.filter(partnership_id=partnership_id, subject__in=subjects)
    return of_words.exclude(kind__in=MODERATORS_WORDS)
