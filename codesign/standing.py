"""How a proposal stands with the roles together: the figure lists are ordered by. Knows no Django.

Common ground is the geometric mean over roles of p = (A + 0.5)/(S + 1), with A supporters among the
S people of a role who take part. Within one workspace S is the same for every proposal, so the
order is that of the product of (A + 0.5), and of the sum of its logarithms. Every role weighs the
same however many people it has, and one more supporter counts most where there are fewest.
"""

from collections.abc import Iterable, Mapping
from math import log

SCALE = 1000


def common_ground(supporters: Mapping[str, int], roles: Iterable[str]) -> int:
    """`SCALE` × Σ ln(2A + 1) over `roles`, rounded: 0 when nobody supports it.

    `supporters` maps a role to how many of it support the proposal; a role it lacks has none.
    ln(2A + 1) is ln(A + 0.5) less its value at A = 0, which changes no order.
    """
    return round(SCALE * sum(log(2 * supporters.get(role, 0) + 1) for role in roles))
