"""`manage.py make_record_key`: a new key that signs the record's checkpoints."""

import secrets

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Print a new RECORD_SIGNING_KEY, to be kept secret and for good, and its public half."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        seed = secrets.token_bytes(32)
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        self.stdout.write(f"RECORD_SIGNING_KEY={seed.hex()}")
        self.stderr.write(f"Its public half, to be published: {public.hex()}")
