"""The whole thread told by posting forms, in whatever words somebody gives: for test_hostile."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from codesign.enums import CommentKind, FeatureStatus
from codesign.models import (
    Activity,
    Comment,
    Decision,
    EnteredLine,
    Proposal,
    ServiceFeature,
    Statement,
    Workspace,
)
from feedback.enums import ThemeKind
from feedback.forms import voices as voice_forms
from feedback.models import Adaptation, Measure, Theme, ThemeProposal, Voice
from portal import clock
from portal.models import Organisation, Participant, Partnership
from portal.operations import people
from tests.hostile import Supply
from tests.tale_ballots import tell_ballots
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
        return self.post_to(who, reverse(view, args=["norfolk", *args]), **data)

    def post_to(self, who: str, url: str, /, **data: object) -> HttpResponse:
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
        self.workspaces()
        self.proposals()
        self.lists()
        self.statements()
        self.moderation()
        self.sheets()
        self.session()
        self.assessment()
        tell_ballots(self)
        self.decision()
        self.change()
        self.activities()
        self.service()
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
        self.post(
            "provider",
            "feedback:link_theme_to_proposal",
            t.proposal.pk,
            theme=theme.pk,
            why=self.short(500),
        )
        link = ThemeProposal.objects.latest("pk")
        self.post(
            "provider",
            "feedback:unlink_theme_from_proposal",
            link.pk,
            reason=self.short(500),
        )
        self.post(
            "provider",
            "feedback:link_theme_to_proposal",
            t.proposal.pk,
            theme=theme.pk,
            why=self.short(500),
        )

    def statements(self) -> None:
        """A suggestion is shown and one is declined; a round closes, and another begins."""
        opened = self.things.statement_round
        for name in ("show_statement", "decline_statement"):
            words = {"words": self.short(140)}
            self.post("service_user", "codesign:suggest_statement", opened.pk, **words)
            reason = {"reason": self.long(300)} if name == "decline_statement" else {}
            suggested = Statement.objects.latest("pk")
            self.post("moderator", f"codesign:{name}", suggested.pk, **reason)
        self.post("carer", "codesign:answer_statement", self.things.statement.pk, stance="pass")
        self.post("facilitator", "codesign:close_statements", opened.pk)
        self.post(
            "facilitator",
            "codesign:open_statements",
            opened.workspace_id,
            question=self.short(200),
            first="\n".join([self.short(140), self.short(140)]),
        )

    def workspaces(self) -> None:
        world, client = self.things.world, self.clients["facilitator"]
        begins = clock.today() + timedelta(days=3)
        words = {"title": self.short(120), "question": self.short(200)}
        url = reverse("codesign:open_workspace", args=["norfolk"]) + "?framing=service"
        data = words | {
            "introduction": self.long(4000),
            "starts_on": f"{begins:%Y-%m-%d}",
            "weeks_listen": "2",
            "weeks_suggest": "3",
            "open_to": "partnership",
            "visibility": "public",
        }
        self._keep(client, url, client.post(url, data))
        made = Workspace.objects.latest("pk")
        self.post(
            "facilitator",
            "codesign:edit_workspace",
            made.pk,
            title=self.short(120),
            question=self.short(200),
            introduction=self.long(4000),
        )
        first, last = made.stages.order_by("opens_on")
        moved = {"planned_for": f"{first.opens_on:%Y-%m-%d}", "day": f"{clock.today():%Y-%m-%d}"}
        reason = {"reason": self.long(300)}
        self.post("facilitator", "codesign:move_stage", first.pk, **moved, **reason)
        last.refresh_from_db()
        longer = last.closes_on + timedelta(days=7)
        moved = {"planned_for": f"{last.closes_on:%Y-%m-%d}", "day": f"{longer:%Y-%m-%d}"}
        reason = {"reason": self.long(300)}
        self.post("facilitator", "codesign:move_end", made.pk, **moved, **reason)
        for act in ("close_workspace", "reopen_workspace", "close_workspace"):
            self.post("facilitator", f"codesign:{act}", made.pk, reason=self.long(300))
        asked = {"participants": [world.evaluator.pk]}
        self.post("facilitator", "codesign:invite_to_workspace", made.pk, **asked)
        self.post(
            "facilitator",
            "codesign:remove_from_workspace",
            made.pk,
            world.evaluator.pk,
            reason=self.long(300),
        )
        named = {"named": self.short(60)}
        url = reverse("codesign:workspace_members", args=["norfolk", made.pk])
        self.answers.append(client.get(url, named))
        self.post(
            "facilitator",
            "codesign:duplicate_workspace",
            made.pk,
            title=self.short(120),
            starts_on=f"{begins:%Y-%m-%d}",
            visibility="partnership",
        )

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
            based_on="0",
        )
        self.texts()
        for kind in CommentKind.values:
            self.post(
                "service_user",
                "codesign:comment_on_proposal",
                self.proposal.pk,
                kind=kind,
                text=self.long(2000),
            )
        self.post("service_user", "codesign:support_proposal", self.proposal.pk)
        self.post("facilitator", "codesign:park_proposal", drafts[0].pk, reason=self.long(300))
        self.post("facilitator", "codesign:reopen_proposal", drafts[0].pk, reason=self.long(300))
        self.joining(*drafts)
        self.post("carer", "codesign:withdraw_proposal", drafts[0].pk, reason=self.long(300))
        self.post(
            "facilitator", "codesign:shortlist_proposal", self.proposal.pk, reason=self.long(300)
        )

    def texts(self) -> None:
        """New words, words others suggest, what it may cost, and a document beside it."""
        proposal = self.proposal
        words = {
            "title": self.short(120),
            "why": self.long(4000),
            "kind": "feature",
            "for_whom": self.short(200),
            "easy_read": self.long(2000),
            "reason": self.short(300),
            "based_on": "1",
        }
        self.post("carer", "codesign:edit_proposal", proposal.pk, **words)
        other = {"who": self.line(60), "participant": self.things.world.partner.pk}
        self.post("carer", "codesign:invite_co_author", proposal.pk, **other)
        for answer in ("accept", "decline"):
            proposal.refresh_from_db()
            change = {"title": self.short(120), "why": self.long(4000), "reason": self.long(300)}
            based_on = {"based_on": str(proposal.version)}
            self.post("partner", "codesign:amend_proposal", proposal.pk, **change, **based_on)
            made = proposal.amendments.latest("pk")
            told = {"answer": self.long(300)}
            if answer == "accept":
                told |= {"title": self.short(120), "why": self.long(4000), **based_on}
            self.post("carer", f"codesign:{answer}_amendment", made.pk, **told)
        self.post("partner", "codesign:raise_amendment", made.pk)
        guess = {"cost": "small", "effort": "weeks", "words": self.long(500)}
        self.post("provider", "codesign:estimate_proposal", proposal.pk, **guess)
        file = SimpleUploadedFile("notes.txt", b"Notes.")
        beside = {"upload": file, "words": self.short(300)}
        self.post("carer", "codesign:attach_file", proposal.pk, **beside)
        for page in ("codesign:versions", "codesign:attach_file", "codesign:edit_proposal"):
            address = reverse(page, args=["norfolk", proposal.pk])
            self.answers.append(self.clients["carer"].get(address))
        between = reverse("codesign:difference", args=["norfolk", proposal.pk, 1, 3])
        self.answers.append(self.clients["visitor"].get(between))

    def moderation(self) -> None:
        """Reports that are kept and acted on; words hidden, asked about and put back, or not."""
        hidden = [
            ("comment", Comment.objects.filter(proposal=self.proposal, reply_to=None).latest("pk")),
            ("proposal", self.things.proposal),
            ("objection", self.things.objection),
            ("correction", self.things.correction),
        ]
        for kind, thing in hidden:
            for who in ("provider", "partner"):
                self.post(
                    who,
                    f"codesign:report_{kind}",
                    thing.pk,
                    reason="harm",
                    words=self.long(500),
                )
            page = reverse("codesign:moderation_queue", args=["norfolk"])
            self.answers.append(self.clients["moderator"].get(page))
            report = thing.reports.latest("pk")
            self.post("moderator", "codesign:answer_report", report.pk, answer=self.long(300))
            self.post(
                "moderator",
                f"codesign:hide_{kind}",
                thing.pk,
                reason="named",
                why=self.long(200),
            )
            self.answers.append(self.clients["moderator"].get(thing.get_absolute_url()))
            author = {self.things.world.service_user.pk: "service_user"}.get(thing.by_id, "carer")
            hiding = thing.hidings.latest("pk")
            self.post(author, "codesign:ask_again", hiding.pk, words=self.long(1000))
            self.answers.append(self.clients["moderator"].get(page))
            self.post(
                "moderator",
                "codesign:answer_asking",
                hiding.pk,
                put_back="yes",
                why=self.long(300),
            )
        self.pages.append((Client(), reverse("codesign:moderation_log", args=["norfolk"])))

    def sheets(self) -> None:
        """What a worker enters for others: one by one, and from a sheet."""
        space, to = self.things.world.workspace.pk, self.things.proposal

        def enter(view: str, about: int, **data: object) -> None:
            url = reverse(f"codesign:{view}", args=["norfolk", about]) + "?person=new"
            given = {"channel": "phone", "whose_words": "own", "consent": self.short(200)}
            somebody = {"name": self.short(60), "role": "carer"}
            client = self.clients["provider"]
            self._keep(client, url, client.post(url, given | somebody | data))

        words = {"title": self.short(120), "why": self.long(4000), "kind": "feature"}
        enter("enter_proposal", space, **words)
        enter("enter_comment", to.pk, kind="for", text=self.long(2000))
        enter("enter_support", to.pk)
        lines = {
            f"line{at}-{name}": value
            for at in range(2)
            for name, value in {
                "name": self.short(60),
                "role": "carer",
                "ticks": [to.pk],
                "idea": self.short(120),
                "why": self.long(4000),
            }.items()
        }
        self.post(
            "provider",
            "codesign:enter_sheet",
            space,
            number=f"T{to.pk}",
            not_printed_here="on",
            channel="paper",
            consent=self.short(200),
            proposals=[to.pk],
            **lines,
        )
        line = EnteredLine.objects.filter(sheet__number=f"T{to.pk}").latest("pk")
        right = {"name": self.short(60), "role": "carer", "idea": self.short(120)}
        right |= {"why": self.long(4000), "reason": self.short(300)}
        self.post("provider", "codesign:correct_line", line.pk, **right)
        printed = reverse("codesign:supporter_sheet", args=["norfolk", space])
        self.answers.append(self.clients["provider"].get(printed))
        self.post("provider", "codesign:print_sheets", space, proposals=[to.pk], copies="2")

    def joining(self, stays: Proposal, goes: Proposal) -> None:
        """Answers to points; one suggestion merged into another, and one split."""
        question = Comment.objects.filter(kind="question", proposal=self.proposal).latest("pk")
        words = self.long(2000)
        self.post(
            "provider", "codesign:reply_to_comment", question.pk, text=words, as_organisation="on"
        )
        reply = Comment.objects.latest("pk")
        self.post("carer", "codesign:support_comment", reply.pk)
        self.post("service_user", "codesign:mark_answered", question.pk, answer=reply.pk)
        self.post(
            "facilitator",
            "codesign:merge_proposals",
            stays.pk,
            find=self.line(200),
            proposals=[goes.pk],
            reason=self.long(300),
        )
        apart = self.long(300)
        self.post("facilitator", "codesign:take_merge_apart", goes.pk, reason=apart)
        ideas = {"title": self.short(120), "why": self.long(4000), "kind": "feature"}
        self.post("carer", "codesign:draft_proposal", stays.workspace_id, **ideas)
        both = Proposal.objects.latest("pk")
        self.post("carer", "codesign:open_proposal", both.pk)
        parts = {
            f"{name}_{number}": words
            for number in (1, 2, 3)
            for name, words in (("title", self.short(120)), ("why", self.long(4000)))
        }
        self.post("facilitator", "codesign:split_proposal", both.pk, reason=self.long(300), **parts)

    def lists(self) -> None:
        """Words that are looked for, and what is taken away as a file, come back as words."""
        space, client = self.things.world.workspace.pk, self.clients["carer"]
        for name in ("codesign:proposals", "codesign:proposals_print"):
            url = reverse(name, args=["norfolk", space])
            self.answers.append(client.get(url, {"q": self.line(200)}))
            self.answers.append(client.get(url))
        for file_format in ("csv", "json"):
            url = reverse("codesign:export_proposals", args=["norfolk", space, file_format])
            self._keep(client, url, client.post(url))
        words = {"title": self.proposal.title, "why": self.proposal.why}
        self.post("service_user", "content:similar", space, **words)

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

    def assessment(self) -> None:
        """In a space of its own, where nobody has assessed yet."""
        space = self.things.world.open_workspace("Where things are weighed")
        criteria = {}
        for number in range(1, 5):
            criteria |= {
                f"name_{number}": self.short(60),
                f"question_{number}": self.short(200),
                f"low_{number}": self.short(120),
                f"high_{number}": self.short(120),
            }
        self.post("facilitator", "codesign:agree_criteria", space.pk, **criteria)
        words = {"title": self.short(120), "why": self.long(4000), "kind": "feature"}
        self.post("carer", "codesign:draft_proposal", space.pk, **words)
        proposal = Proposal.objects.latest("pk")
        self.post("carer", "codesign:open_proposal", proposal.pk)
        for who, number in (("provider", "1"), ("commissioner", "5")):
            data: dict[str, object] = {"words": self.long(2000)}
            for each in space.criteria.all():
                data |= {f"score_{each.pk}": number, f"reason_{each.pk}": self.long(500)}
            self.post(who, "codesign:assess_proposal", proposal.pk, **data)
            own = reverse("codesign:assess_proposal", args=["norfolk", proposal.pk])
            self.answers.append(self.clients[who].get(own))
        self.post("facilitator", "codesign:publish_assessments", proposal.pk)

    def service(self) -> None:
        self.post(
            "provider",
            "codesign:add_service_feature",
            name=self.short(80),
            summary=self.short(300),
            status="current",
            words=self.long(2000),
            from_day=f"{clock.today():%Y-%m-%d}",
            decision=self.made_decision.pk,
        )
        feature = ServiceFeature.objects.latest("pk")
        self.post(
            "facilitator",
            "codesign:change_service_feature",
            feature.pk,
            status="changed",
            words=self.long(2000),
            from_day=f"{clock.today():%Y-%m-%d}",
        )

    def decision(self) -> None:
        t, world = self.things, self.things.world
        ours = f"ICB: {self.short(100)}\nLA: {self.short(100)}"
        self.post("facilitator", "codesign:set_hard_words", words=ours)
        day = clock.today() + timedelta(days=90)

        def words(about: Proposal) -> dict[str, object]:
            return {
                "title": self.short(120),
                "what": self.long(4000),
                "reasons": self.long(8000),
                "evidence": self.long(8000),
                "how": self.long(2000),
                "dissent": self.long(4000),
                "conditions": self.long(4000),
                "costs": self.long(2000),
                "review_on": f"{day:%Y-%m-%d}",
                f"outcome_{about.pk}": "agreed",
                f"reason_{about.pk}": self.long(500),
                "find": self.line(200),
            }

        draft = words(self.proposal)
        self.post("facilitator", "codesign:draft_decision", world.workspace.pk, **draft)
        made = Decision.objects.latest("pk")
        who = {"name_1": self.short(120), "role_1": "partner", "person_2": world.carer.pk}
        who |= {"organisation_1": self.short(120), "interest_1": self.short(500)}
        who |= {"name_2": "", "interest_2": self.short(500)}
        self.post("facilitator", "codesign:set_deciders", made.pk, **who, more="1")
        self.post("facilitator", "codesign:set_deciders", made.pk, **who)
        promised = {"what_1": self.short(300), "who_1": self.short(120)}
        promised["by_when_1"] = f"{day:%Y-%m-%d}"
        self.post("facilitator", "codesign:set_commitments", made.pk, **promised)
        objected = {"words": self.long(2000), "said_by": self.short(120)}
        self.post("facilitator", "codesign:raise_objection", made.pk, **objected)
        objection, answer = made.objections.get().pk, self.long(2000)
        self.post("facilitator", "codesign:answer_objection", objection, answer=answer)
        for page in ("decision", "edit_decision", "set_deciders", "publish_decision"):
            ask = reverse(f"codesign:{page}", args=["norfolk", made.pk])
            self.answers.append(self.clients["facilitator"].get(ask))
        self.post("facilitator", "codesign:publish_decision", made.pk)
        self.post("carer", "codesign:ask_for_correction", made.pk, words=self.long(2000))
        correction, answer = made.corrections.get().pk, self.long(2000)
        self.post("facilitator", "codesign:answer_correction", correction, answer=answer)
        kept = made.commitments.get().pk
        self.post("provider", "codesign:keep_commitment", kept, words=self.short(300))
        edited = words(t.proposal)
        self.post("facilitator", "codesign:edit_decision", t.draft_decision.pk, **edited)
        self.made_decision = made
        client = self.clients["carer"]
        for view, query in (("decisions", {"q": self.line(200)}), ("decisions_feed", {})):
            url = reverse(f"codesign:{view}", args=["norfolk"])
            self.answers.append(client.get(url, query))
        for file_format in ("csv", "json"):
            url = reverse("codesign:export_decisions", args=["norfolk", file_format])
            self._keep(client, url, client.post(url))

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

    def activities(self) -> None:
        t = self.things

        def words() -> dict[str, object]:
            return {
                "title": self.short(120),
                "about": self.long(4000),
                "interest": "company",
                "place": self.short(200),
                "access": self.long(500),
                "cost": self.short(120),
                "bring": self.short(200),
            }

        first = clock.now() + timedelta(days=2)
        times = {"first_at": f"{first:%Y-%m-%dT14:00}", "minutes": "60", "repeats": "weekly"}
        asked = t.agreed_activity.pk
        other = {"host_name": self.line(60), "host": t.world.partner.pk, "i_lead": "on"}
        self.post("carer", "codesign:start_activity", asked, **words(), **times, **other)
        made = Activity.objects.latest("pk")
        also = {"who": self.line(60), "participant": t.world.provider.pk}
        self.post("carer", "codesign:add_host", made.pk, **also)
        dates = list(made.dates.all()[:2])
        for date in dates:
            self.post("service_user", "codesign:sign_up", date.pk)
        self.post("carer", "codesign:cancel_date", dates[0].pk, reason=self.long(300))
        for name, pk in (("activity", made.pk), ("activity_date", dates[0].pk)):
            address = reverse(f"codesign:{name}", args=["norfolk", pk])
            self.answers.append(self.clients["service_user"].get(address))
        self.post("carer", "codesign:edit_activity", made.pk, **words())
        self.post("carer", "codesign:end_activity", made.pk, reason=self.long(300))

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
