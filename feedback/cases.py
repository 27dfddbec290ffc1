"""Case codes: how the giver of a voice comes back to it without saying who they are.

120 random bits as 24 letters and digits in groups of four (Crockford's base 32: no I, L, O or U, so
nothing is mistaken for anything else). Shown once; only its hash is kept.
Alphabet: https://www.crockford.com/base32.html
"""

import hashlib
import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 24  # characters of five bits each
GROUP = 4
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def new_seed() -> str:
    """What a code will be made from. A form carries it, so that sending it twice is one voice."""
    return secrets.token_hex(16)


def code_from(seed: str) -> str:
    """The code of a seed, such as `7K3Q-DP4M-…`. Without our secret key nobody else can make it."""
    digest = salted_hmac("throughline.case", seed, algorithm="sha256").digest()
    number = int.from_bytes(digest[: LENGTH * 5 // 8])
    letters = "".join(ALPHABET[number >> 5 * at & 31] for at in reversed(range(LENGTH)))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def hash_of(typed: str) -> str:
    """The hash a typed code is looked up by; empty for what cannot be a code.

    Case, spaces and hyphens do not matter, and O, I and L are read as the digits they look like.
    """
    letters = "".join(c for c in typed.upper() if c.isalnum()).translate(READ_AS)
    if len(letters) != LENGTH or not set(letters) <= set(ALPHABET):
        return ""
    return hashlib.sha256(letters.encode()).hexdigest()
