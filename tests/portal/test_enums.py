"""Vocabularies, and their members in statements."""

import pytest
from django.db import connection

from codesign.enums import ProposalStatus
from codesign.models import Proposal
from portal.enums import Constant


@pytest.mark.django_db
def test_a_constant_is_written_into_the_statement() -> None:
    parked = Proposal.objects.filter(status=Constant(ProposalStatus.PARKED))
    sql, params = parked.query.get_compiler(connection=connection).as_sql()
    assert "\"status\" = ('parked')" in sql or "\"status\" = 'parked'" in sql
    assert params == ()
    assert not parked.exists()


def test_a_constant_is_never_what_somebody_typed() -> None:
    with pytest.raises(TypeError, match="no member"):
        Constant("parked' OR 1=1 --")  # type: ignore[arg-type]
