"""The truth beside a matcher: every sure company is found, no wrong one is taken."""

from __future__ import annotations

from typing import Any

import pytest
from simulator_calls import ANCHOR, walk

from matching import Party, Population, candidate_pairs, decide, keys_of
from simulator import create_app


def debtor(row: dict[str, Any]) -> Party:
    """Return a customer as matching sees it; its street is the line that has a number."""
    lines = [line for line in row.get('address', '').splitlines() if line.strip()]
    street = next((line for line in lines if any(c.isdigit() for c in line)), '')
    return Party(
        row['customerNumber'],
        row['name'],
        street=street,
        zip=row.get('zip', ''),
        city=row.get('city', ''),
        country='DK' if row['vatZone']['vatZoneNumber'] in (1, 4) else row.get('country', ''),
        registry=row.get('corporateIdentificationNumber', ''),
        gln=row.get('ean', ''),
        ref=str(row['customerNumber']),
    )


def company(entry: dict[str, Any]) -> Party:
    """Return a company of the truth as matching sees it."""
    values = entry['values']
    return Party(
        entry['key'],
        values['name'],
        street=values['street'],
        zip=values['zip'],
        city=values['city'],
        country=values['country_code'],
        registry=values.get('company_registry', ''),
        vat=values.get('vat', ''),
        ref=values.get('ref', ''),
        active=values['active'],
    )


@pytest.mark.parametrize('seed', range(1, 9))
def test_a_matcher_can_find_the_truth(seed: int) -> None:
    app = create_app(seed, 300, 0, ANCHOR, rate_limit=None)
    truth = app.control.truth()
    debtors = [debtor(row) for row in walk(app, '/customers?pagesize=1000')]
    companies = [company(entry) for entry in truth]
    population = Population.of(map(keys_of, companies))
    pairs = candidate_pairs(debtors, companies, population)
    decisions = decide(debtors, companies, pairs, population)
    sure = {d.debtor_id: d.best.partner_id for d in decisions if d.outcome == 'sure' and d.best}
    assert sure == {e['debtor']: e['key'] for e in truth if e['expect'] == 'sure'}
    outcome = {d.debtor_id: d.outcome for d in decisions}
    for expected in ('proposed', 'ambiguous'):
        meant = {e['debtor'] for e in truth if e['expect'] == expected}
        assert {outcome[number] for number in meant} == {expected}
