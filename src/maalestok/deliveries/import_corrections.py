"""Import a corrections file: checked for shape and against the feeds it speaks of, kept like any delivery."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from maalestok.deliveries.corrections import FEED as CORRECTIONS
from maalestok.deliveries.corrections import CorrectionError, check_correction, read_corrections
from maalestok.deliveries.files import read_content
from maalestok.deliveries.importer import Arrival, make_card
from maalestok.deliveries.issues import printable
from maalestok.deliveries.report import FINDES, MODTAGET, Report
from maalestok.deliveries.store import NewDelivery, Store, corrections_in_force
from maalestok.rules.loader import feed_ids, feed_owner, load_feed

MAX_MEGABYTES = 4


def import_corrections(paths: Sequence[Path], store_path: Path, arrival: Arrival) -> list[Report]:
    """Import corrections files: checked for shape, kept like any delivery."""
    contents = [read_content(path, MAX_MEGABYTES) for path in paths]
    parsed = [read_corrections(content) for content in contents]
    for correction in (c for corrections in parsed for c in corrections):
        owner = feed_owner(correction.match.feed)
        if owner is None:
            raise CorrectionError(
                f"Rettelse {correction.id}: leverancen {correction.match.feed} findes ikke.",
                remedy=f"Vælg en af: {', '.join(feed_ids())}.",
            )
        check_correction(correction, load_feed(correction.match.feed, owner))
    if len({hashlib.sha256(content).hexdigest() for content in contents}) > 1:
        raise CorrectionError("Kun én rettelsesfil gælder ad gangen.", remedy="Saml rettelserne i én fil.")
    store = Store.open_or_create(store_path)
    before = {c.id for c in corrections_in_force(store, whole_only=True)}
    reports = []
    for path, content, corrections in zip(paths, contents, parsed, strict=True):
        digest = hashlib.sha256(content).hexdigest()
        report = Report(CORRECTIONS, printable(path.name), digest, MODTAGET, "yaml", "rettelse", len(corrections))
        report.corrections = [c.id for c in corrections]
        delivery = make_card(CORRECTIONS, path, len(content), report, arrival, syntetisk=False)
        known = store.find(CORRECTIONS, digest)
        if known is not None:
            report.outcome = FINDES
            held = {card.received for card in store.receptions(known)}
            if arrival.stated and arrival.received not in held:
                store.add([], [delivery])
                report.notes.append("Filen er modtaget før; den oplyste modtagelse er noteret.")
        elif not store.add([NewDelivery(delivery, content, None, report.as_dict())])[0]:
            report.outcome = FINDES
        newest = store.deliveries(CORRECTIONS, whole_only=True)[-1]
        if newest.sha256 != digest:
            report.notes.append(f"Lageret har en nyere rettelsesfil ({newest.file_name}); den gælder fortsat.")
        gone = sorted(before - {c.id for c in corrections_in_force(store, whole_only=True)})
        if gone:
            report.notes.append(f"Gælder ikke længere, fordi de ikke står i den nye fil: {', '.join(gone)}.")
        reports.append(report)
    return reports
