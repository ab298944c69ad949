"""Which conditions persons are counted by together, so that each is counted a few times, not once a pair. Pure.

Conditions are dealt into groups; every two groups are a block. Any two conditions then stand together in some block,
whose combinations of categories are far fewer than the persons of a country, and all pairs are added up from those.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from math import prod

GROUPS = 4
"""Fewer make larger blocks, more make more of them; measured at the size of the country."""


@dataclass(frozen=True)
class Block:
    """Conditions that are counted together; no block's are all in another.

    `alone` and `pairs`: what is added up from this block; each condition and each pair from one block only.
    """

    columns: tuple[str, ...]
    alone: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


def blocks(sizes: Mapping[str, int]) -> tuple[Block, ...]:
    """The blocks of conditions.

    Args:
        sizes: column -> how many categories it has, in the order of the conditions.
    """
    order = list(sizes)
    dealt: list[list[str]] = [[] for _ in range(GROUPS)]
    for name in sorted(order, key=lambda column: -sizes[column]):
        min(dealt, key=lambda group: prod(sizes[column] for column in group)).append(name)
    groups = [group for group in dealt if group]
    twos: list[tuple[int, ...]] = list(combinations(range(len(groups)), 2)) or [(0,)]
    # (0, 1) and (2, 3) first: these two hold every condition, and conditions alone are asked of no others.
    twos.sort(key=lambda two: two[0] % 2 == 1 or two[-1] - two[0] != 1)
    made: list[Block] = []
    alone: set[str] = set()
    paired: set[tuple[str, str]] = set()
    for two in twos:
        columns = tuple(sorted((name for place in two for name in groups[place]), key=order.index))
        own = tuple(name for name in columns if name not in alone)
        pairs = tuple(pair for pair in combinations(columns, 2) if pair not in paired)
        made.append(Block(columns, own, pairs))
        alone.update(own)
        paired.update(pairs)
    return tuple(made)
