"""The whole thread told by posting forms, in whatever words somebody gives: for test_hostile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from codesign.enums import CommentKind, FeatureStatus
from codesign.models import Comment, Decision, Proposal, ServiceFeature
from feedback.enums import ThemeKind
from feedback.forms import voices as voice_forms
from feedback.models import Adaptation, Measure, Theme, Voice
from portal import clock
from portal.models import Organisation, Participant, Partnership
from portal.operations import people
from tests.hostile import Supply
from tests.things import Things
from tests.world import signed_in


@dataclass
class Tale:
    """The whole thread, told with whatever words `line` and `block` give, by posting forms."""

    things: Things
    line: Callable[[int], str]
    block: Callable[[int], str]
    said: list[str] = field(default_factory=list)
    pages: list[tuple[Client, str]] = field(default_factory=list)  # made on the way
    answers: list[HttpResponse] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clients = {name: signed_in(each) for name, each in self.things.world.cast.items()}
        self.clients["visitor"] = Client()

    def post(self, who: str, view: str, /, *args: object, **data: object) -> HttpResponse:
        """Send a form to `view` as `who`. It must be taken: a refusal fails the test."""
        url = reverse(view, args=["norfolk", *args])
        return self._keep(self.clients[who], url, self.clients[who].post(url, data))

    def _keep(self, client: Client, url: str, response: HttpResponse) -> HttpResponse:
        problem = ""
        if response.status_code > 302:
            problem = " ".join(strip_tags(response.content.decode()).split())
            problem = problem.partition("There is a problem")[2][:500] or problem[:500]
        assert response.status_code in {200, 302}, f"{url}: {response.status_code} {problem}"
        if response.status_code == 302:
            self.pages.append((client, response.headers["Location"].partition("#")[0]))
        else:
            self.answers.append(response)
        return response

    def short(self, limit: int) -> str:
        self.said.append(self.line(limit))
        return self.said[-1]

    def long(self, limit: int) -> str:
        self.said.append(self.block(limit))
        return self.said[-1]

    def tell(self) -> None:
        """Everything anybody can write, once."""
        self.voices_and_themes()
        self.proposals()
        self.session()
        self.decision()
        self.change()
        self.people()

    def voices_and_themes(self) -> None:
        t, world = self.things, self.things.world
        for who in ("visitor", "service_user"):
            self.post(
                who,
                "feedback:leave_voice",
                what_helped=self.long(4000),
                what_should_change=self.long(4000),
                named="yes",
                feature=world.feature.pk,
                ticket=voice_forms.new_ticket(),
            )
            voice = Voice.objects.latest("pk")
            self.post("moderator", "feedback:publish_voice", voice.pk)
            self.post("provider", "feedback:reply_to_voice", voice.pk, text=self.long(4000))
        url = reverse("feedback:leave_voice", args=["norfolk"]) + "?for=somebody"
        data = {
            "what_helped": self.long(4000),
            "what_should_change": self.long(4000),
            "channel": "phone",
            "whose_words": "own",
            "consent": self.short(200),
            "ticket": voice_forms.new_ticket(),
        }
        client = self.clients["facilitator"]
        self._keep(client, url, client.post(url, data))
        self.post("visitor", "feedback:add_to_voice", code=t.case_code, text=self.long(4000))
        self.post(
            "moderator",
            "feedback:hold_voice",
            Voice.objects.latest("pk").pk,
            reason=self.short(300),
        )
        held = Voice.objects.latest("pk").get_absolute_url()
        self.answers.append(self.clients["moderator"].get(held))
        self.post(
            "provider",
            "feedback:name_theme",
            name=self.short(80),
            summary=self.long(400),
            kind=ThemeKind.values[0],
        )
        theme = Theme.objects.latest("pk")
        for who in ("provider", "facilitator"):
            voice = Voice.objects.filter(published_at__isnull=False).latest("pk")
            self.post(who, "feedback:give_theme", voice.pk, theme=theme.pk, why=self.short(500))
            link = voice.theme_links.filter(removed_at=None).latest("pk")
            self.post(who, "feedback:take_theme_away", link.pk, reason=self.short(500))
        self.post("provider", "feedback:give_theme", voice.pk, theme=theme.pk, why=self.short(500))
        self.post(
            "carer",
            "feedback:raise_proposal",
            theme.pk,
            title=self.short(120),
            why=self.long(4000),
            kind="feature",
            workspace=world.workspace.pk,
            link_why=self.short(500),
        )
        self.theme, self.proposal = theme, Proposal.objects.latest("pk")

    def proposals(self) -> None:
        t, world = self.things, self.things.world
        space = world.workspace.pk
        drafts = []
        for _each in range(2):
            words = {"title": self.short(120), "why": self.long(4000), "kind": "feature"}
            self.post("carer", "codesign:draft_proposal", space, **words)
            drafts.append(Proposal.objects.latest("pk"))
            self.post("carer", "codesign:open_proposal", drafts[-1].pk)
        self.post(
            "carer",
            "codesign:edit_proposal",
            t.draft_proposal.pk,
            title=self.short(120),
            why=self.long(4000),
            kind="feature",
        )
        for kind in CommentKind.values:
            self.post(
                "service_user",
                "codesign:comment_on_proposal",
                self.proposal.pk,
                kind=kind,
                text=self.long(2000),
            )
        self.post("service_user", "codesign:support_proposal", self.proposal.pk)
        comment = Comment.objects.latest("pk")
        self.post("moderator", "codesign:hide_comment", comment.pk, reason=self.long(300))
        self.post("facilitator", "codesign:park_proposal", drafts[0].pk, reason=self.long(300))
        self.post("facilitator", "codesign:reopen_proposal", drafts[0].pk, reason=self.long(300))
        self.post(
            "facilitator",
            "codesign:merge_proposal",
            drafts[1].pk,
            into=drafts[0].pk,
            reason=self.long(300),
        )
        self.post("carer", "codesign:withdraw_proposal", drafts[0].pk, reason=self.long(300))
        self.post(
            "facilitator", "codesign:shortlist_proposal", self.proposal.pk, reason=self.long(300)
        )

    def session(self) -> None:
        world = self.things.world
        self.post(
            "facilitator",
            "codesign:open_session",
            world.workspace.pk,
            title=self.short(120),
            question=self.short(200),
            dots_each="3",
        )
        session = world.workspace.sessions.latest("pk")
        guest = Client()
        url = reverse("codesign:join_code", args=[session.code_shown])
        data = {"display_name": self.short(60), "role": "carer"}
        self._keep(guest, url, guest.post(url, data))
        room = reverse("codesign:add_card", args=["norfolk", session.pk])
        self.post("facilitator", "codesign:move_session", session.pk, step="share")
        for _each in range(3):
            self._keep(guest, room, guest.post(room, {"text": self.long(280)}))
        self.post(
            "facilitator",
            "codesign:enter_card",
            session.pk,
            text=self.long(280),
            channel="paper",
            whose_words="own",
        )
        cards = list(session.cards.order_by("pk"))
        self.post("facilitator", "codesign:hide_card", cards[0].pk, reason=self.long(300))
        for page in ("codesign:session", "codesign:session_board", "codesign:join_sheet"):
            address = reverse(page, args=["norfolk", session.pk])
            self.answers.append(self.clients["facilitator"].get(address))
        self.post(
            "facilitator",
            "codesign:close_session",
            session.pk,
            chosen=[each.pk for each in cards[1:]],
            closing_words=self.long(2000),
        )

    def decision(self) -> None:
        t, world = self.things, self.things.world
        day = clock.today() + timedelta(days=90)

        def words(about: Proposal) -> dict[str, object]:
            return {
                "title": self.short(120),
                "what": self.long(4000),
                "reasons": self.long(8000),
                "evidence": self.long(8000),
                "deciders": self.long(2000),
                "dissent": self.long(4000),
                "review_on": f"{day:%Y-%m-%d}",
                f"outcome_{about.pk}": "agreed",
                f"reason_{about.pk}": self.long(500),
            }

        draft = words(self.proposal)
        self.post("facilitator", "codesign:draft_decision", world.workspace.pk, **draft)
        made = Decision.objects.latest("pk")
        ask = reverse("codesign:publish_decision", args=["norfolk", made.pk])
        self.answers.append(self.clients["facilitator"].get(ask))
        self.post("facilitator", "codesign:publish_decision", made.pk)
        edited = words(t.proposal)
        self.post("facilitator", "codesign:edit_decision", t.draft_decision.pk, **edited)
        self.made_decision = made

    def change(self) -> None:
        t, world = self.things, self.things.world

        def words() -> dict[str, object]:
            return {
                "kind": "changed",
                "feature": world.feature.pk,
                "title": self.short(120),
                "what": self.long(4000),
                "why": self.long(4000),
                "from_day": f"{clock.today():%Y-%m-%d}",
                "decisions": [self.made_decision.pk],
                "themes": [self.theme.pk],
                "no_source_reason": self.short(300),
                "feature_status": FeatureStatus.values[0],
                "feature_words": self.long(2000),
                "measure": t.measure.pk,
                "expected": self.long(1000),
            }

        self.post("provider", "feedback:draft_adaptation", **words())
        made = Adaptation.objects.latest("pk")
        ask = reverse("feedback:publish_adaptation", args=["norfolk", made.pk])
        self.answers.append(self.clients["provider"].get(ask))
        self.post("provider", "feedback:publish_adaptation", made.pk)
        self.post("provider", "feedback:edit_adaptation", t.draft_adaptation.pk, **words())
        self.post(
            "evaluator",
            "feedback:define_measure",
            name=self.short(120),
            definition=self.long(2000),
            unit=self.short(40),
            source=self.short(200),
            counts_people="no",
            direction="increase",
        )
        self.measure = Measure.objects.latest("pk")
        self.post(
            "evaluator",
            "feedback:record_observation",
            self.measure.pk,
            month=f"{t.observation.month:%Y-%m-%d}",
            value="41",
        )
        self.post(
            "evaluator",
            "feedback:correct_observation",
            t.observation.pk,
            value="40",
            why=self.short(300),
        )
        for page in ("feedback:measure", "feedback:measure_csv"):
            address = reverse(page, args=["norfolk", self.measure.pk])
            self.pages.append((self.clients["evaluator"], address))
        self.post(
            "evaluator",
            "feedback:review_adaptation",
            made.pk,
            verdict="no_clear_change_yet",
            words=self.long(4000),
            participants_say=self.long(4000),
            what_next="keep",
        )

    def people(self) -> None:
        world = self.things.world
        client = Client()
        url = reverse("portal:accept_invitation", args=["norfolk", self.things.invitation_token])
        self._keep(client, url, client.post(url, {"display_name": self.short(60)}))
        gone = people.join(
            partnership=world.partnership, role="carer", display_name="Gone", user=None
        )
        self.post("admin", "portal:remove_participant", gone.pk, reason=self.short(300), sure="on")


def say_in_what_has_no_form(things: Things, supply: Supply) -> list[str]:
    """Words that editors and the command line set: names of places, parts of the service."""
    world, said = things.world, []

    def text(limit: int) -> str:
        said.append(supply.line(limit))
        return said[-1]

    Partnership.objects.filter(pk=world.partnership.pk).update(
        name=text(120),
        question=text(200),
        summary=text(900),
        place=text(80),
        how_to_take_part=text(900),
    )
    Organisation.objects.filter(pk=world.organisation.pk).update(name=text(120), about=text(300))
    ServiceFeature.objects.filter(pk=world.feature.pk).update(name=text(80), summary=text(200))
    for person in (world.provider, world.facilitator, world.carer):
        Participant.objects.filter(pk=person.pk).update(display_name=text(60))
    title = text(200)
    type(world.workspace).objects.filter(pk=world.workspace.pk).update(
        title=title, question=text(200)
    )
    return said
