"""Writes about the pictures and documents that stand with a proposal."""

from pathlib import PurePath

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.utils.translation import gettext as _

from codesign.enums import AttachmentKind, ProposalStatus
from codesign.models import Attachment, Proposal
from codesign.operations.proposals import locked
from codesign.operations.workspaces import check_not_closed
from portal import clock, documents, live, permissions, pictures, record
from portal.models import Participant
from portal.refusal import Refusal

MOST_FILES = 5  # with one proposal


class UnableToAttachFile(Refusal):
    """The proposal takes no more files, or the file could not be stored."""


class UnableToRemoveFile(Refusal):
    """The proposal is closed, so what stands with it stays."""


def attach_file(*, proposal: Proposal, upload: File, words: str, by: Participant) -> Attachment:
    """Put a picture or a document with a proposal; `words` say what it shows or is.

    A picture is drawn anew, a document is checked (portal.pictures, portal.documents): both raise
    their own refusals. The same file again is the file that is there. Whenever the change does not
    come about, the stored file goes too.
    """
    permissions.check(by, "attach_file", proposal)
    check_not_closed(proposal.workspace, UnableToAttachFile)
    name = PurePath((upload.name or "").replace("\\", "/")).name[-120:]
    if name.lower().endswith(pictures.ENDINGS):
        content, content_type = pictures.redrawn(upload), pictures.CONTENT_TYPE
        kind, stored_as = AttachmentKind.PICTURE, "picture.jpg"
    else:
        content_type, kind, stored_as = (
            documents.content_type_of(upload),
            AttachmentKind.DOCUMENT,
            name,
        )
        upload.seek(0)
        content = upload.read()
    attachment = Attachment(
        proposal=proposal,
        kind=kind,
        name=name,
        words=words,
        content_type=content_type,
        size=len(content),
        by=by,
        at=clock.now(),
    )
    storage = attachment.file.storage
    try:
        return _attach(attachment, stored_as, content)
    except BaseException:
        if attachment.file.name:
            storage.delete(attachment.file.name)
        raise


@transaction.atomic
def _attach(attachment: Attachment, stored_as: str, content: bytes) -> Attachment:
    """Store the file and its row. Raises UnableToAttachFile when there is no room for it."""
    by = attachment.by
    proposal = attachment.proposal = locked(attachment.proposal)
    permissions.check(by, "attach_file", proposal)
    check_not_closed(proposal.workspace, UnableToAttachFile)
    _check_takes_files(proposal, UnableToAttachFile)
    there = list(Attachment.objects.filter(proposal=proposal, removed_at=None))
    for each in there:
        if (each.name, each.size) == (attachment.name, attachment.size) and _holds(each, content):
            return each
    if len(there) >= MOST_FILES:
        raise UnableToAttachFile(_("There are five files already. Remove one first."))
    try:
        attachment.file.save(stored_as, ContentFile(content), save=False)
    except OSError as error:
        raise UnableToAttachFile(
            _("We could not keep the file just now. Please try again later.")
        ) from error
    attachment.save()
    if proposal.status != ProposalStatus.DRAFT:
        record.append(
            "file_attached",
            by=by,
            subject=proposal,
            public={
                "attachment": attachment.pk,
                "kind": attachment.kind,
                "type": attachment.content_type,
                "bytes": attachment.size,
            },
            content={"name": attachment.name, "words": attachment.words},
        )
        live.announce(proposal)
    return attachment


def _holds(attachment: Attachment, content: bytes) -> bool:
    try:
        with attachment.file.open("rb") as file:
            return bool(file.read() == content)
    except OSError:
        return False


def _check_takes_files(proposal: Proposal, refusal: type[Refusal]) -> None:
    if proposal.is_hidden:
        raise refusal(_("The words of this suggestion are hidden, so it cannot be changed now."))
    if proposal.status != ProposalStatus.DRAFT and not proposal.is_live:
        raise refusal(
            _("This suggestion is now “%(status)s”, so what stands with it stays as it is.")
            % {"status": proposal.get_status_display()}
        )


@transaction.atomic
def remove_file(*, attachment: Attachment, by: Participant) -> Attachment:
    """Take a file away. The file itself goes; that there was one stays in the record."""
    proposal = locked(attachment.proposal)
    attachment = Attachment.objects.select_for_update(of=("self",)).get(pk=attachment.pk)
    permissions.check(by, "remove_file", proposal)
    _check_takes_files(proposal, UnableToRemoveFile)
    if attachment.removed_at is not None:
        return attachment
    attachment.removed_at = clock.now()
    attachment.save(update_fields=["removed_at"])
    storage, name = attachment.file.storage, attachment.file.name or ""
    transaction.on_commit(lambda: storage.delete(name), robust=True)
    if proposal.status != ProposalStatus.DRAFT:
        record.append("file_removed", by=by, subject=proposal, public={"attachment": attachment.pk})
        live.announce(proposal)
    return attachment
