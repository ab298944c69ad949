"""Blocks of conditions: every pair from one block, none within another, with few categories together."""

from itertools import combinations
from math import prod

from hypothesis import given
from hypothesis import strategies as st

from maalestok.beskaeftigelse.rammevilkaar.blocks import GROUPS, blocks
from maalestok.beskaeftigelse.rammevilkaar.queries import blocks_of
from maalestok.beskaeftigelse.rules import load_rules

SIZES = st.lists(st.integers(1, 30), min_size=1, max_size=14).map(
    lambda sizes: {f"v{place:02d}": size for place, size in enumerate(sizes)}
)


@given(SIZES)
def test_each_condition_and_each_pair_is_added_up_from_one_block(sizes: dict[str, int]) -> None:
    made = blocks(sizes)
    assert sorted(name for block in made for name in block.alone) == list(sizes)
    assert sorted(pair for block in made for pair in block.pairs) == list(combinations(sizes, 2))
    for block in made:
        assert set(block.alone) | {name for pair in block.pairs for name in pair} <= set(block.columns)


@given(SIZES)
def test_no_blocks_columns_are_within_anothers(sizes: dict[str, int]) -> None:
    made = blocks(sizes)
    assert len(made) <= GROUPS * (GROUPS - 1) // 2
    for block in made:
        assert [other for other in made if set(block.columns) <= set(other.columns)] == [block]


def test_the_shipped_conditions() -> None:
    version = load_rules().model.versions[-1]
    made = blocks_of(version)
    sizes = [len(condition.codes) + 1 for condition in version.of_persons]
    largest = max(prod(sizes[int(name[1:])] for name in block.columns) for block in made)
    assert (len(made), sum(bool(block.alone) for block in made)) == (6, 2)
    assert largest < prod(sizes) / 1000
