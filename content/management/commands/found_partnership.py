"""`manage.py found_partnership`: begin a partnership, its front page and its first admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from content.operations import publish_partnership_page
from portal.enums import Duty, Role, Visibility
from portal.models import User
from portal.operations import people
from portal.refusal import Refusal


class Command(BaseCommand):
    help = "Begin a partnership, with its front page and the person who will look after it."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("slug", help="its name in addresses, such as norfolk-carers")
        parser.add_argument("name", help="its name, such as “Norfolk Carers Partnership”")
        parser.add_argument("--question", required=True, help="what should change, for whom?")
        parser.add_argument("--summary", required=True, help="two or three plain sentences")
        parser.add_argument(
            "--escalation",
            default="",
            help="whom to call at once if somebody may be in danger; feedback waits for this",
        )
        parser.add_argument("--place", default="")
        parser.add_argument("--public", action="store_true", help="let everybody read it")
        parser.add_argument("--admin", required=True, help="the first admin’s e-mail address")
        parser.add_argument("--admin-name", required=True, help="the name others see")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            partnership = people.found_partnership(
                slug=options["slug"],
                name=options["name"],
                question=options["question"],
                summary=options["summary"],
                place=options["place"],
                escalation=options["escalation"],
                visibility=Visibility.PUBLIC if options["public"] else Visibility.PARTNERSHIP,
            )
        except (Refusal, ValidationError) as refusal:
            raise CommandError(str(refusal)) from refusal
        email = options["admin"].lower()
        user = User.objects.filter(email=email).first() or User.objects.create_user(email)
        admin = people.join(
            partnership=partnership,
            role=Role.PARTNER,
            display_name=options["admin_name"],
            user=user,
        )
        for duty in (Duty.PARTNERSHIP_ADMIN, Duty.FACILITATOR):
            people.grant_duty(participant=admin, duty=duty, by=None)
        publish_partnership_page(partnership=partnership)
        self.stdout.write(
            f"{partnership.name} is at {partnership.get_absolute_url()}\n"
            f"{admin.display_name} signs in with {email}, sets up a second factor, and invites the "
            "others."
        )
