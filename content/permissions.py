"""Who may do what with what is joined here."""

from portal.permissions import EVERYONE, allow, declare

declare({"make_evidence_pack": allow(EVERYONE)})
