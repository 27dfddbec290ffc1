"""What rows from before must carry now, and the full-text index over proposals."""

import secrets
from collections import Counter
from math import log

from django.db import migrations

from portal import search

ROLES = ("service_user", "carer", "provider", "commissioner", "partner")


def fill(apps, schema_editor):
    """Versions, roles, counters by role and lots, from what the rows already say."""
    Proposal = apps.get_model("codesign", "Proposal")
    Support = apps.get_model("codesign", "Support")
    Comment = apps.get_model("codesign", "Comment")
    ProposalVersion = apps.get_model("codesign", "ProposalVersion")
    TakingPart = apps.get_model("codesign", "TakingPart")
    for support in Support.objects.select_related("participant"):
        support.role = support.participant.role
        support.save(update_fields=["role"])
    part = {}
    for proposal in Proposal.objects.select_related("by"):
        proposal.lot = secrets.randbelow(2**31 - 1)
        proposal.by_role = proposal.by.role if proposal.by else ""
        counts = Counter(
            Support.objects.filter(proposal=proposal).values_list("role", flat=True)
        )
        proposal.role_support = dict(counts)
        proposal.common_ground = round(
            1000 * sum(log(2 * counts.get(role, 0) + 1) for role in ROLES)
        )
        comments = Comment.objects.filter(proposal=proposal)
        proposal.open_questions = comments.filter(kind="question", hidden_at=None).count()
        proposal.attention = proposal.open_questions or int(not comments.exists())
        if proposal.status != "draft":
            proposal.version = 1
            ProposalVersion.objects.create(
                proposal=proposal,
                number=1,
                title=proposal.title,
                why=proposal.why,
                by=proposal.by,
                at=proposal.opened_at or proposal.created_at,
            )
            if proposal.by_id:
                part.setdefault((proposal.workspace_id, proposal.by_id), proposal.created_at)
        proposal.save()
        for person, at in Support.objects.filter(proposal=proposal).values_list(
            "participant_id", "at"
        ):
            part.setdefault((proposal.workspace_id, person), at)
        for person, at in comments.exclude(by=None).values_list("by_id", "created_at"):
            part.setdefault((proposal.workspace_id, person), at)
    TakingPart.objects.bulk_create(
        TakingPart(workspace_id=workspace, participant_id=person, since=at)
        for (workspace, person), at in part.items()
    )


class Migration(migrations.Migration):
    dependencies = [("codesign", "0003_codesign_in_full")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(
            search.forwards("codesign_proposal", ["title", "why"]),
            search.backwards("codesign_proposal"),
        ),
    ]
