"""Writes about voices: leaving one, reading it before anybody else does, answering, withdrawing."""

from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from codesign.enums import SignUpState
from codesign.models import Activity, ActivityDate, ServiceFeature, SignUp
from codesign.operations.sign_ups import locked_date
from feedback import alarm, cases
from feedback.enums import VoiceStatus
from feedback.models import Theme, Voice, VoiceMessage, VoiceTheme
from feedback.models.voices import READERS
from portal import clock, notices, permissions, record
from portal.enums import Channel, WhoseWords
from portal.models import Participant, Partnership, ref
from portal.refusal import Refusal


class UnableToLeaveVoice(Refusal):
    """Nobody could act on it in time, it says nothing, or it has been left already."""


class UnableToSayHowItWas(Refusal):
    """The date has not begun or was called off; or one was not coming, or has answered."""


class UnableToPublishVoice(Refusal):
    """There is nothing to publish: it was published or withdrawn meanwhile."""


class UnableToHoldVoice(Refusal):
    """It is held already, or withdrawn, or no reason was given."""


class UnableToReplyToVoice(Refusal):
    """It was withdrawn, or nobody has read it yet."""


class UnableToAddToVoice(Refusal):
    """It was withdrawn, so there is nothing to add to."""


def _locked(voice: Voice) -> Voice:
    return (
        Voice.objects.select_for_update(of=("self",)).select_related("partnership").get(pk=voice.pk)
    )


def _moment_kept(*, anonymous: bool) -> datetime:
    """Now; of something anonymous only the Monday of its week, at midnight."""
    now = clock.now()
    if not anonymous:
        return now
    return timezone.make_aware(datetime.combine(clock.week_of(now), time.min))


@transaction.atomic
def leave_voice(
    *,
    partnership: Partnership,
    what_helped: str,
    what_should_change: str,
    feature: ServiceFeature | None = None,
    activity: Activity | None = None,
    by: Participant | None = None,
    anonymous: bool = False,
    entered_by: Participant | None = None,
    channel: Channel = Channel.WEB,
    whose_words: WhoseWords = WhoseWords.OWN,
    consent: str = "",
    seed: str = "",
) -> tuple[Voice, str]:
    """Say how it is going. Returns the voice and its case code, which is shown once and not kept.

    activity   what they came to, if it is about that.
    by         whoever says it; None: a visitor, or somebody who did not give a name.
    anonymous  forgets `by`, for good.
    entered_by the worker who writes it down for somebody.
    seed       from `cases.new_seed()`; the same seed and words twice are one voice.

    There is no record entry before a person has read it. Raises UnableToLeaveVoice.
    """
    if by is not None and (by.partnership_id != partnership.pk or not by.is_here):
        raise permissions.OutsidePartnership(_("We cannot find that here."))
    if entered_by is not None:
        permissions.check(entered_by, "enter_voice_for_somebody", partnership)
    if by is None and entered_by is None and not partnership.is_public:
        raise permissions.OutsidePartnership(_("We cannot find that here."))
    if feature is not None and feature.partnership_id != partnership.pk:
        raise permissions.OutsidePartnership(_("We cannot find that part of the service here."))
    if activity is not None and activity.partnership_id != partnership.pk:
        raise permissions.OutsidePartnership(_("We cannot find that activity here."))
    if not partnership.escalation.strip():
        raise UnableToLeaveVoice(
            _(
                "We cannot take this yet. First we need to know whom to call if somebody is in "
                "danger. Please try again in a few days."
            )
        )
    if not (what_helped.strip() or what_should_change.strip()):
        raise UnableToLeaveVoice(_("Please write something in one of the two boxes."))
    if entered_by is not None and not consent.strip():
        raise UnableToLeaveVoice(_("Please say how the person agreed that you write this down."))
    code = cases.code_from(seed or cases.new_seed())
    case_hash = cases.hash_of(code)
    giver = None if anonymous else by
    at = _moment_kept(anonymous=giver is None)
    try:
        with transaction.atomic():
            voice = Voice.objects.create(
                partnership=partnership,
                feature=feature,
                activity=activity,
                what_helped=what_helped,
                what_should_change=what_should_change,
                by=giver,
                entered_by=entered_by,
                channel=channel,
                whose_words=whose_words,
                consent=consent,
                created_at=at,
                received_on=timezone.localdate(at),
                case_hash=case_hash,
                looks_urgent=alarm.sounds_urgent(what_helped, what_should_change),
            )
    except IntegrityError as error:  # this seed has been used: the form was sent before
        words = {"what_helped": what_helped, "what_should_change": what_should_change}
        earlier = Voice.objects.filter(
            case_hash=case_hash, partnership=partnership, **words
        ).first()
        if earlier is None:
            raise UnableToLeaveVoice(
                _("We have what you sent before. To send these words as well, press Send again.")
            ) from error
        return earlier, code
    if voice.looks_urgent:
        _alert(voice)
    return voice, code


@transaction.atomic
def say_how_it_was(
    *,
    date: ActivityDate,
    what_helped: str,
    what_should_change: str,
    by: Participant,
    anonymous: bool,
    seed: str,
) -> tuple[Voice, str]:
    """Say how a date was, once for each person who was coming. Returns what `leave_voice` does.

    That they have answered is marked on their sign-up; nothing says with which voice, nor when. The
    same tap twice is one voice, and no error. Raises UnableToSayHowItWas.
    """
    date = locked_date(date)
    if date.is_cancelled or not date.has_begun:
        raise UnableToSayHowItWas(_("Please choose one of the three answers once it has begun."))
    mine = SignUp.objects.filter(date=date, participant=by, state=SignUpState.COMING).first()
    if mine is None:
        raise UnableToSayHowItWas(
            _("We ask those who said that they were coming. You can tell us how it is going.")
        )
    if mine.answered:
        code = cases.code_from(seed)
        sent = Voice.objects.filter(case_hash=cases.hash_of(code), activity=date.activity).first()
        if sent is None:
            raise UnableToSayHowItWas(_("You have answered. Thank you."))
        return sent, code
    mine.answered = True
    mine.save(update_fields=["answered"])
    return leave_voice(
        partnership=date.activity.partnership,
        activity=date.activity,
        what_helped=what_helped,
        what_should_change=what_should_change,
        by=by,
        anonymous=anonymous,
        seed=seed,
    )


def _alert(voice: Voice) -> None:
    """Tell those who read voices at once that one may be urgent.

    For an anonymous voice too, although the notice has its own exact time: somebody's safety comes
    before how finely a time is kept.
    """
    notices.queue(
        Participant.objects.here().filter(partnership=voice.partnership).with_duty(*READERS),
        subject=voice,
        text=_("Something that may be urgent is waiting to be read."),
        needs_me=True,
    )


def _count_in_themes(voice: Voice, change: int) -> None:
    """Move the counts of a locked voice's themes as it becomes, or stops being, published."""
    themes = Theme.objects.filter(
        pk__in=VoiceTheme.objects.standing().filter(source=voice).values("target")
    )
    # Locked in one order, so that two voices with the same themes cannot wait for each other.
    locked = [theme.pk for theme in themes.select_for_update().order_by("pk")]
    Theme.objects.filter(pk__in=locked).update(voice_count=F("voice_count") + change)


@transaction.atomic
def publish_voice(*, voice: Voice, by: Participant) -> Voice:
    """Let others read a voice, and whatever its giver has added since.

    Raises UnableToPublishVoice when there is nothing left to publish.
    """
    voice = _locked(voice)
    permissions.check(by, "publish_voice", voice)
    now = clock.now()
    added = list(voice.messages.filter(by=None, published_at=None))
    if voice.is_withdrawn:
        raise UnableToPublishVoice(_("The person who gave this has withdrawn it."))
    if voice.is_published and not added:
        raise UnableToPublishVoice(_("This has been published already."))
    is_new = not voice.is_published
    if is_new:
        _count_in_themes(voice, +1)
        voice.status = VoiceStatus.PUBLISHED
        voice.published_at = voice.published_at or now
        voice.held_reason = ""
    voice.read_by, voice.read_at = by, now
    voice.looks_urgent = False  # a person has read it now
    voice.save(
        update_fields=[
            "status",
            "published_at",
            "held_reason",
            "read_by",
            "read_at",
            "looks_urgent",
        ]
    )
    if is_new:
        record.append(
            "feedback_published",
            by=by,
            subject=voice,
            public={
                "status": voice.status,
                "anonymous": voice.is_anonymous,
                "channel": voice.channel,
                "whose_words": voice.whose_words,
                "feature": ref(voice.feature) if voice.feature else "",
                "activity": ref(voice.activity) if voice.activity else "",
            },
            content={
                "what_helped": voice.what_helped,
                "what_should_change": voice.what_should_change,
            },
        )
    for message in added:
        message.published_at = now
        message.save(update_fields=["published_at"])
        record.append(
            "feedback_added",
            by=by,
            subject=message,
            public={"voice": ref(voice)},
            content={"text": message.text},
        )
    _tell_giver(voice, _("What you told us has been read and published."), by=by)
    return voice


def _tell_giver(voice: Voice, text: str, *, by: Participant) -> None:
    """A giver with a name gets a notice; an anonymous one sees it with their case code."""
    if voice.by is not None:
        notices.queue([voice.by], subject=voice, text=text, but_not=by)


@transaction.atomic
def hold_voice(*, voice: Voice, by: Participant, reason: str) -> Voice:
    """Keep a voice from everybody but those who read them, also one that was published.

    The reason is for moderators and safeguarding leads alone; the record says only that it is held.
    """
    voice = _locked(voice)
    permissions.check(by, "hold_voice", voice)
    if voice.status not in {VoiceStatus.WAITING, VoiceStatus.PUBLISHED}:
        raise UnableToHoldVoice(_("This is held already, or was withdrawn. Reload to see it."))
    if not reason.strip():
        raise UnableToHoldVoice(_("Please say why, for whoever looks at it next."))
    if voice.is_published:
        _count_in_themes(voice, -1)
    voice.status = VoiceStatus.HELD
    voice.held_reason = reason
    voice.read_by, voice.read_at = by, clock.now()
    voice.save(update_fields=["status", "held_reason", "read_by", "read_at"])
    record.append("feedback_held", by=by, subject=voice, public={"status": voice.status})
    leads = Participant.objects.here().filter(partnership=voice.partnership).with_duty(*READERS)
    notices.queue(
        leads, subject=voice, text=_("Something was held for you to look at."), but_not=by
    )
    return voice


@transaction.atomic
def reply_to_voice(*, voice: Voice, by: Participant, text: str) -> VoiceMessage:
    """Answer the giver in the service's name; whoever may read the voice sees it too."""
    voice = _locked(voice)
    permissions.check(by, "reply_to_voice", voice)
    if voice.is_withdrawn:
        raise UnableToReplyToVoice(_("The person who gave this has withdrawn it."))
    if not voice.is_published and not permissions.can(by, "read_waiting_voices", voice):
        raise permissions.OutsidePartnership(_("We cannot find that here."))
    if not voice.is_published:
        raise UnableToReplyToVoice(_("Publish this first. Then you can reply to it."))
    now = clock.now()
    message = VoiceMessage.objects.create(voice=voice, by=by, text=text, at=now, published_at=now)
    record.append(
        "feedback_answered",
        by=by,
        subject=message,
        public={"voice": ref(voice)},
        content={"text": text},
    )
    _tell_giver(voice, _("You have a reply to what you told us."), by=by)
    return message


@transaction.atomic
def add_to_voice(*, voice: Voice, text: str) -> VoiceMessage:
    """The giver says more. Like the voice itself it is read by a person before others see it.

    Whoever calls this has made sure that it is the giver (a case code, or their own account). The
    same words sent twice in a row are kept once.
    """
    voice = _locked(voice)
    if voice.is_withdrawn:
        raise UnableToAddToVoice(_("You have withdrawn this. You can leave new feedback instead."))
    latest = voice.messages.filter(by=None).order_by("pk").last()
    if latest is not None and latest.text == text:
        return latest
    message = VoiceMessage.objects.create(
        voice=voice, text=text, at=_moment_kept(anonymous=voice.is_anonymous)
    )
    if alarm.sounds_urgent(text):
        voice.looks_urgent = True
        voice.save(update_fields=["looks_urgent"])
        _alert(voice)
    return message


@transaction.atomic
def withdraw_voice(*, voice: Voice) -> Voice:
    """The giver takes it back: their words are erased everywhere and a dated tombstone stays.

    Whoever calls this has made sure that it is the giver. Withdrawing twice is withdrawing once.
    """
    voice = _locked(voice)
    if voice.is_withdrawn:
        return voice
    if voice.is_published:
        _count_in_themes(voice, -1)
    given = voice.messages.filter(by=None)
    links = VoiceTheme.objects.filter(source=voice)
    erased = [voice, *given, *links]
    given.update(text="")
    links.update(why="")  # it may say the giver's words again
    voice.status = VoiceStatus.WITHDRAWN
    voice.what_helped = voice.what_should_change = voice.held_reason = voice.consent = ""
    voice.looks_urgent = False
    voice.withdrawn_at = _moment_kept(anonymous=voice.is_anonymous)
    voice.save()
    record.append("feedback_withdrawn", by=None, subject=voice, public={"status": voice.status})
    record.erase(map(ref, erased), by=None, subject=voice, reason="withdrawn by the giver")
    return voice
