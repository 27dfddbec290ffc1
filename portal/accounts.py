"""How allauth behaves here: accounts are made by invitation, and sign-in is by e-mailed code."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up out of nothing; an invitation makes the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
