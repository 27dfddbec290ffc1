"""Work after the response, through Django's Tasks interface."""

from django_tasks import task

from content import evidence


@task()
def make_pack(pack_id: int) -> str:
    """Make an evidence pack that was asked for. Returns the state it is in afterwards."""
    return evidence.build_pack(pack_id)
