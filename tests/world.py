"""Small worlds for tests, built with the portal's own operations (never by writing rows).

Each function makes one thing with sensible words; `World` is a partnership with somebody of every
role and duty, one workspace whose stage is `suggest`, and one part of the service.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from allauth.mfa.models import Authenticator
from django.http import HttpResponse
from django.test import Client
from django.utils.html import strip_tags

from codesign.enums import StageKind
from codesign.models import ServiceFeature, Workspace
from codesign.operations import features, workspaces
from content.models import HomePage, PartnershipPage
from portal import clock, seats
from portal.enums import Duty, OrganisationKind, Role, Visibility
from portal.models import Organisation, Participant, Partnership, User
from portal.operations import people

_numbers = count(1)


def account(email: str = "") -> User:
    """A new account; the address is made up when none is given."""
    return User.objects.create_user(email or f"person{next(_numbers)}@example.org")


def signed_in(participant: Participant) -> Client:
    """A browser signed in as this participant: staff with their second factor, guests seated."""
    client = Client()
    if participant.user is None:
        response = HttpResponse()
        seats.give(response, participant, secure=False)
        client.cookies.update(response.cookies)
        return client
    if participant.is_staff:
        Authenticator.objects.get_or_create(
            user=participant.user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}}
        )
    client.force_login(participant.user)
    return client


def words_on(client: Client, address: str) -> str:
    """What a page says, without its tags."""
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


@dataclass
class World:
    """One partnership and the people in it. `person(role, *duties)` adds another."""

    slug: str = "norfolk"
    visibility: Visibility = Visibility.PUBLIC
    stage: StageKind = StageKind.SUGGEST
    partnership: Partnership = field(init=False)
    page: PartnershipPage = field(init=False)
    organisation: Organisation = field(init=False)
    service_user: Participant = field(init=False)
    carer: Participant = field(init=False)
    provider: Participant = field(init=False)
    commissioner: Participant = field(init=False)
    partner: Participant = field(init=False)
    facilitator: Participant = field(init=False)
    moderator: Participant = field(init=False)
    safeguarding_lead: Participant = field(init=False)
    evaluator: Participant = field(init=False)
    admin: Participant = field(init=False)
    guest: Participant = field(init=False)
    workspace: Workspace = field(init=False)
    feature: ServiceFeature = field(init=False)

    def __post_init__(self) -> None:
        self.partnership = people.found_partnership(
            slug=self.slug,
            name=f"{self.slug.title()} Partnership",
            question="What would make life better for people who look after someone?",
            summary="Carers, the council and providers shape breaks together.",
            escalation="Duty social worker, 01632 960001",
            visibility=self.visibility,
        )
        self.page = PartnershipPage(
            title=self.partnership.name, slug=self.slug, partnership=self.partnership
        )
        HomePage.objects.get().add_child(instance=self.page)
        self.organisation = people.add_organisation(
            partnership=self.partnership, name="Breakwater Care", kind=OrganisationKind.PROVIDER
        )
        self.service_user = self.person(Role.SERVICE_USER, name="Sam")
        self.carer = self.person(Role.CARER, name="Maureen")
        self.provider = self.person(Role.PROVIDER, name="Priya")
        self.commissioner = self.person(Role.COMMISSIONER, name="Colin")
        self.partner = self.person(Role.PARTNER, name="Funmi")
        self.facilitator = self.person(Role.PARTNER, Duty.FACILITATOR, name="Frances")
        self.moderator = self.person(Role.PARTNER, Duty.MODERATOR, name="Mo")
        self.safeguarding_lead = self.person(Role.PARTNER, Duty.SAFEGUARDING_LEAD, name="Stella")
        self.evaluator = self.person(Role.PARTNER, Duty.EVALUATOR, name="Eve")
        self.admin = self.person(Role.PARTNER, Duty.PARTNERSHIP_ADMIN, name="Ada")
        self.guest = self.person(Role.CARER, name="Blue Kite", with_account=False)
        self.workspace = self.open_workspace()
        self.feature = features.add_service_feature(
            name="Short breaks",
            summary="A few hours off, with somebody trusted at home.",
            words="Three hours a week, booked by phone.",
            by=self.provider,
        )

    def person(
        self, role: Role, *duties: Duty, name: str = "", with_account: bool = True
    ) -> Participant:
        participant = people.join(
            partnership=self.partnership,
            role=role,
            display_name=name or f"Person {next(_numbers)}",
            user=account() if with_account else None,
            organisation=self.organisation if role == Role.PROVIDER else None,
        )
        for duty in duties:
            people.grant_duty(participant=participant, duty=duty, by=None)
        return participant

    def open_workspace(
        self, title: str = "Breaks that really are a break", stage: StageKind | None = None
    ) -> Workspace:
        """A workspace whose `stage` began ten days ago and goes on for ten more."""
        today = clock.today()
        return workspaces.open_workspace(
            parent=self.page,
            title=title,
            question="How should breaks work?",
            stages=[
                workspaces.StageDates(
                    kind=stage or self.stage,
                    opens_on=today - timedelta(days=10),
                    closes_on=today + timedelta(days=10),
                )
            ],
            by=self.facilitator,
            visibility=self.visibility,
        )

    @property
    def cast(self) -> dict[str, Participant]:
        """One of each, by the name of the attribute: for permission tables and URL matrices."""
        return {
            name: getattr(self, name)
            for name in (
                "service_user",
                "carer",
                "provider",
                "commissioner",
                "partner",
                "facilitator",
                "moderator",
                "safeguarding_lead",
                "evaluator",
                "admin",
                "guest",
            )
        }
