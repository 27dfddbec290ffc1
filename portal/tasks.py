"""Work after the response, through Django's Tasks interface."""

from django_tasks import task

from portal import notices


@task()
def mail_urgent() -> int:
    """Mail what asks somebody for an answer. Returns messages sent."""
    return notices.mail_due(urgent_only=True)
