"""Who is told of what happens to a proposal."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from codesign.models import Proposal
from portal import notices
from portal.models import Follow, Participant, ref


def authors_of(proposal: Proposal) -> list[Participant]:
    """The author and the co-authors, as far as they are still here."""
    return list(Participant.objects.here().filter(pk__in=proposal.author_ids))


def people_of(proposal: Proposal) -> list[Participant]:
    """Those who wrote, supported, commented on, wish to change or follow a proposal."""
    followers = Follow.objects.filter(subject=ref(proposal))
    return list(
        Participant.objects.here().filter(
            Q(pk__in=proposal.author_ids)
            | Q(pk__in=proposal.supports.values("participant"))
            | Q(pk__in=proposal.comments.filter(by__isnull=False).values("by"))
            | Q(pk__in=proposal.amendments.filter(by__isnull=False).values("by"))
            | Q(pk__in=followers.values("participant"))
        )
    )


def tell_of_new_words(proposal: Proposal, *, by: Participant) -> None:
    """Tell supporters that they may think again, the other authors, and whoever else is concerned.

    Each is told once, of what is closest to them.
    """
    title = {"title": proposal.title}
    url = reverse("codesign:versions", args=[proposal.partnership.slug, proposal.pk])
    authors = [each for each in authors_of(proposal) if each.pk != by.pk]
    supporters = Participant.objects.here().filter(supports__proposal=proposal)
    told = {by.pk} | {each.pk for each in authors}
    notices.queue(
        authors,
        subject=proposal,
        url=url,
        text=_("The words of your suggestion changed: %(title)s") % title,
        needs_me=True,
    )
    supporting = [each for each in supporters if each.pk not in told]
    told |= {each.pk for each in supporting}
    notices.queue(
        supporting,
        subject=proposal,
        url=url,
        text=_(
            "The words of a suggestion you support changed: %(title)s. "
            "See what changed. You can take your support back if you wish."
        )
        % title,
    )
    notices.queue(
        [each for each in people_of(proposal) if each.pk not in told],
        subject=proposal,
        url=url,
        text=_("The words of a suggestion changed: %(title)s") % title,
    )


def tell(proposal: Proposal, text: str, *, by: Participant) -> None:
    notices.queue(
        people_of(proposal),
        subject=proposal,
        text=text % {"title": proposal.shown_title},
        but_not=by,
    )
