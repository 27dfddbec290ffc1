"""Words that change, for tests: edited, amended, written together; and what people were told."""

from codesign.models import Amendment, CoAuthor, Proposal
from codesign.operations import proposals, texts
from codesign.operations.proposals import ProposalWords
from portal.models import Notice, Participant
from tests.world import World


def edited(proposal: Proposal, why: str, by: Participant, *, based_on: int = 0, **more) -> Proposal:
    """The proposal with other words for why it matters."""
    words = ProposalWords(title=proposal.title, why=why)
    return proposals.edit_proposal(
        proposal=proposal, words=words, based_on=based_on or proposal.version, by=by, **more
    )


def an_amendment(world: World, proposal: Proposal, why: str = "Sundays too.") -> Amendment:
    return texts.amend_proposal(
        proposal=proposal,
        title=proposal.title,
        why=why,
        reason="Many work on Saturdays.",
        based_on=proposal.version,
        by=world.service_user,
    )


def told(person: Participant) -> list[str]:
    return list(Notice.objects.filter(participant=person).values_list("text", flat=True))


def a_co_author(world: World, proposal: Proposal, person: Participant) -> CoAuthor:
    asked = texts.invite_co_author(proposal=proposal, participant=person, by=world.carer)
    return texts.answer_co_author_invitation(co_author=asked, accept=True, by=person)
