"""Reads about assessment: what each assessor said, where they disagree, and who still has to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from codesign.enums import LIVE_PROPOSALS, OpenTo
from codesign.models import (
    Assessment,
    CoAuthor,
    Criterion,
    Member,
    OpenRole,
    Proposal,
    ProposalVersion,
    Score,
    Stage,
    Workspace,
)
from codesign.models.workspaces import EVERYWHERE
from portal import permissions
from portal.models import Participant
from portal.permissions import STAFF

# One view alone would read as the answer, and there would be nothing to disagree with.
FEWEST_ASSESSORS = 2
MOST_NAMED = 3


@dataclass(frozen=True)
class Said:
    """What one assessor said about one criterion."""

    assessor: Participant
    score: int
    reason: str

    @property
    def dots(self) -> list[bool]:
        """The number as five dots, for the eye."""
        return [place < self.score for place in range(5)]


def in_one_line(people: Sequence[Participant]) -> str:
    """Names as one would say them: “Ann, Bob and Cem”, “Ann, Bob, Cem and 4 others”."""
    names = [person.display_name for person in people[:MOST_NAMED]]
    others = len(people) - len(names)
    if others:
        last = ngettext("%(count)d other", "%(count)d others", others) % {"count": others}
    elif len(names) == 1:
        return names[0]
    else:
        last = names.pop()
    return _("%(names)s and %(last)s") % {"names": ", ".join(names), "last": last}


@dataclass(frozen=True)
class Judged:
    """A criterion and what everybody said about it. A middle is never told without the range."""

    criterion: Criterion
    said: list[Said]

    @property
    def lowest(self) -> int:
        return min(each.score for each in self.said)

    @property
    def highest(self) -> int:
        return max(each.score for each in self.said)

    @property
    def differ(self) -> bool:
        """Whether two people stand further apart than neighbouring numbers."""
        return self.highest - self.lowest > 1

    @property
    def in_words(self) -> str:
        """One plain sentence: whether they agree, and if not, who says what."""
        values: dict[str, object] = {
            "name": self.criterion.name,
            "low": self.lowest,
            "high": self.highest,
            "middle": f"{median(each.score for each in self.said):g}",
        }
        if self.lowest == self.highest:
            return _("They agree about “%(name)s”: everybody says %(low)d.") % values
        if not self.differ:
            return _("They nearly agree about “%(name)s”: from %(low)d to %(high)d.") % values
        lowest = [each.assessor for each in self.said if each.score == self.lowest]
        highest = [each.assessor for each in self.said if each.score == self.highest]
        values |= {"lowest": in_one_line(lowest), "highest": in_one_line(highest)}
        # Of two there is no middle: it would be a number that nobody said.
        if len(self.said) == 2:
            return (
                _(
                    "They disagree about “%(name)s”: %(lowest)s says %(low)d,"
                    " %(highest)s says %(high)d."
                )
                % values
            )
        return (
            _(
                "They disagree about “%(name)s”: from %(low)d (%(lowest)s) to %(high)d"
                " (%(highest)s). In the middle: %(middle)s."
            )
            % values
        )


@dataclass(frozen=True)
class Overall:
    """One assessor's words about the whole, and which version of the suggestion they had read."""

    assessment: Assessment
    version: int
    is_earlier: bool  # the suggestion has changed since


@dataclass(frozen=True)
class AssessmentPart:
    """What a proposal's page says about its assessment, to one reader.

    `judged` and `overall` are empty until they are published. Before, `mine` is the reader's own,
    and `done` says to a facilitator who has assessed, never what.
    """

    judged: list[Judged] = field(default_factory=list)
    overall: list[Overall] = field(default_factory=list)
    may_assess: bool = False
    mine: Assessment | None = None
    may_publish: bool = False
    done: list[Participant] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        return len(self.done) >= FEWEST_ASSESSORS


def assessments_of(
    proposal: Proposal,
    participant: Participant | None,
    versions: Sequence[ProposalVersion] = (),
) -> AssessmentPart:
    """What `participant` (None: a visitor) may see of a proposal's assessment.

    `versions` are the proposal's, in order, once its words have changed. No query for most people
    while it is not published; one for everybody afterwards.
    """
    if proposal.assessments_published_at is not None:
        scores = scores_of(proposal)
        return AssessmentPart(judged=judged(scores), overall=overall(proposal, scores, versions))
    if participant is None:
        return AssessmentPart()
    may_assess = (
        permissions.can(participant, "assess_proposal", proposal)
        and proposal.is_live
        and not proposal.is_hidden
        and not proposal.is_by(participant)
        and proposal.workspace.stage is not None
        and proposal.workspace.admits(participant)
    )
    may_publish = permissions.can(participant, "publish_assessments", proposal)
    made = _by_whom(proposal) if may_assess or may_publish else []
    return AssessmentPart(
        may_assess=may_assess,
        mine=next((each for each in made if each.by == participant), None),
        may_publish=may_publish,
        done=[each.by for each in made] if may_publish else [],
    )


def _by_whom(proposal: Proposal) -> list[Assessment]:
    return list(proposal.assessments.select_related("by__organisation").order_by("pk"))


def assessment_by(participant: Participant, proposal: Proposal) -> Assessment | None:
    """What somebody has said of a proposal, with their scores."""
    return proposal.assessments.filter(by=participant).prefetch_related("scores").first()


def scores_of(proposal: Proposal) -> list[Score]:
    """Every score with who gave it and for what, in the order they assessed; one query."""
    return list(
        Score.objects.filter(assessment__proposal=proposal)
        .select_related("assessment__by__organisation", "criterion")
        .order_by("assessment_id", "pk")
    )


def judged(scores: Sequence[Score]) -> list[Judged]:
    """Each criterion with what everybody said about it."""
    said: dict[Criterion, list[Said]] = defaultdict(list)
    for each in scores:
        said[each.criterion].append(Said(each.assessment.by, each.score, each.reason))
    return [Judged(each, said[each]) for each in sorted(said, key=lambda c: c.place)]


def overall(
    proposal: Proposal, scores: Sequence[Score], versions: Sequence[ProposalVersion]
) -> list[Overall]:
    """Those who said something of the whole, or had read words that have changed since."""
    found = []
    for each in {score.assessment_id: score.assessment for score in scores}.values():
        read = max((v.number for v in versions if v.at <= each.at), default=1)
        is_earlier = read < proposal.version
        if each.words or is_earlier:
            found.append(Overall(each, read, is_earlier))
    return found


def _admitting(participant: Participant) -> QuerySet[Workspace]:
    """The workspaces that admit somebody and whose stages have begun and not ended."""
    found = Workspace.objects.live().filter(
        Exists(Stage.objects.on_today().filter(workspace=OuterRef("pk"))),
        partnership_id=participant.partnership_id,
    )
    if participant.has_duty(*EVERYWHERE):
        return found
    return found.filter(
        Q(open_to=OpenTo.PARTNERSHIP)
        | Q(open_to=OpenTo.ROLES)
        & Exists(OpenRole.objects.filter(workspace=OuterRef("pk"), role=participant.role))
        | Exists(Member.objects.filter(workspace=OuterRef("pk"), participant=participant))
    )


def to_assess(participant: Participant) -> QuerySet[Proposal]:
    """Proposals that wait for what this assessor thinks: open ones of others, with criteria."""
    mine = Assessment.objects.filter(proposal=OuterRef("pk"), by=participant)
    written = CoAuthor.objects.filter(
        proposal=OuterRef("pk"), participant=participant, accepted_at__isnull=False
    )
    return (
        _not_published()
        .filter(
            ~Exists(mine),
            ~Exists(written),
            Exists(Criterion.objects.filter(workspace=OuterRef("workspace"))),
            workspace__in=_admitting(participant).order_by().values("pk"),
        )
        .exclude(by=participant)
    )


def assessed_by(participant: Participant) -> QuerySet[Proposal]:
    """Proposals somebody has assessed and may still say something else about."""
    return _not_published().filter(
        Exists(Assessment.objects.filter(proposal=OuterRef("pk"), by=participant)),
        workspace__in=_admitting(participant).order_by().values("pk"),
    )


def _not_published() -> QuerySet[Proposal]:
    return Proposal.objects.filter(
        status__in=LIVE_PROPOSALS, assessments_published_at=None, hidden_at=None
    ).select_related("partnership", "workspace__partnership", "by__organisation")


def assessable_in(workspace: Workspace, participant: Participant) -> QuerySet[Proposal]:
    """A workspace's proposals that can be assessed or have been, for its facilitators."""
    return (
        Proposal.objects.visible_to(participant)
        .filter(
            Q(status__in=LIVE_PROPOSALS)
            | Exists(Assessment.objects.filter(proposal=OuterRef("pk"))),
            workspace=workspace,
            hidden_at=None,
        )
        .select_related("partnership", "by__organisation")
    )


@dataclass(frozen=True)
class Progress:
    """How far the assessment of one proposal has come: who has, and who could still."""

    proposal: Proposal
    done: list[Participant]
    to_come: list[Participant]

    @property
    def is_published(self) -> bool:
        return self.proposal.assessments_published_at is not None

    @property
    def is_enough(self) -> bool:
        return len(self.done) >= FEWEST_ASSESSORS


def assessors_in(workspace: Workspace) -> list[Participant]:
    """Those whose role lets them assess and whom the workspace admits, by name; one query."""
    staff = Participant.objects.here().filter(
        partnership_id=workspace.partnership_id, role__in=STAFF
    )
    if workspace.open_to != OpenTo.PARTNERSHIP:
        let_in = Q(duties_held__duty__in=EVERYWHERE) | Q(memberships__workspace=workspace)
        if workspace.open_to == OpenTo.ROLES:
            roles = OpenRole.objects.filter(workspace=workspace)
            let_in |= Q(role__in=roles.values("role"))
        staff = staff.filter(let_in).distinct()
    return list(staff.select_related("organisation").order_by("display_name", "pk"))


def progress_of(workspace: Workspace, proposals: Sequence[Proposal]) -> list[Progress]:
    """Who has assessed each of these and who could still; three queries however many there are."""
    done: dict[int, list[Participant]] = defaultdict(list)
    made = Assessment.objects.filter(proposal__in=proposals).select_related("by__organisation")
    for each in made.order_by("pk"):
        done[each.proposal_id].append(each.by)
    authors = {(each.pk, each.by_id) for each in proposals} | set(
        CoAuthor.objects.filter(proposal__in=proposals, accepted_at__isnull=False).values_list(
            "proposal_id", "participant_id"
        )
    )
    assessors = assessors_in(workspace)
    return [
        Progress(
            proposal=proposal,
            done=done[proposal.pk],
            to_come=[
                person
                for person in assessors
                if person not in done[proposal.pk] and (proposal.pk, person.pk) not in authors
            ],
        )
        for proposal in proposals
    ]
