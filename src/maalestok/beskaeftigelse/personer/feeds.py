"""The five feeds about persons, and what their files must hold."""

from collections.abc import Mapping

from maalestok.beskaeftigelse.personer.reading import read_persons
from maalestok.beskaeftigelse.personer.row_checks import rules_of
from maalestok.deliveries.kinds import FeedKind
from maalestok.rules.loader import load_feed
from maalestok.rules.models import Feed

PERSON_FEEDS = ("borgere", "forloeb", "indsats", "arbejdstimer", "fritagelser")


def feed_kind(feed: str, benchmark: str) -> FeedKind:
    """How a person-level feed is read."""
    return FeedKind(load_feed(feed, benchmark), columnar=read_persons, coverage_stated=True)


def unnamed_rules(feeds: Mapping[str, Feed]) -> list[str]:
    """Rules of the code that a feed's file has no words for."""
    return [
        f"feeds/{name}.yaml: reglen {rule} har ingen tekst i rules_da"
        for name in PERSON_FEEDS
        if name in feeds
        for rule in sorted(rules_of(feeds[name]) - set(feeds[name].rules_da))
    ]
