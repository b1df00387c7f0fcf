"""Which CPU cores each of several processes that run tests has."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.processes import share_of


@pytest.mark.parametrize("number", [1, 2, 3, 8, 13])
def test_all_cores_have_as_much_to_do(number: int) -> None:
    cores = {7 * core for core in range(number)}
    shares = [share_of(cores, process) for process in range(number)]
    assert {len(share) for share in shares} == {min(2, number)}
    uses = Counter(core for share in shares for core in share)
    assert uses.keys() == cores and len(set(uses.values())) == 1
