"""The specification's own example: companies with a transaction over 5000 into a campaign."""

from __future__ import annotations

from ast import literal_eval
from typing import Any

EXAMPLE = {'kind': 'one', 'amount': 5000, 'date_from': '2005-02-01', 'date_to': False}
CAMPAIGN = 'sales'
# What is counted beside the companies; unlinked are invoices of debtors that wait for a person.
OTHERS = ('by_hand', 'unlinked')
BY_HAND = """
    SELECT count(DISTINCT partner_id) FROM economic_invoice
     WHERE amount_untaxed_base > 5000 AND date > '2005-02-01'
"""


def make_campaign(env: Any) -> dict[str, int]:
    """Ask the question, add its companies to the campaign; return how many by what became of them.

    By the methods that the buttons call. `by_hand` is what SQL by hand says of all companies.
    """
    question = env['economic.question'].create(EXAMPLE)
    domain = literal_eval(question.action_invoices()['params']['domain'])
    invoices = env['economic.invoice'].search(domain)
    action = env['economic.campaign.add'].with_context(active_domain=domain)._open(invoices)
    dialog = env['economic.campaign.add'].browse(action['res_id'])
    campaign = env['utm.campaign'].search([('title', '=', CAMPAIGN)], limit=1)
    dialog.write({'campaign_id': campaign.id} if campaign else {'new_campaign': CAMPAIGN})
    dialog.action_add()
    env.cr.execute(BY_HAND)
    return {**dialog.result, 'by_hand': env.cr.fetchone()[0]}


def in_words(counts: dict[str, int]) -> str:
    """Return what became of the companies as a line for people."""
    became = (name for name in counts if name not in OTHERS and counts[name])
    return (
        f"  campaign “{CAMPAIGN}”, companies with a transaction over 5000 after 1 February 2005:"
        f" {counts['by_hand']:,} by SQL by hand; "
        + ', '.join(f"{counts[name]:,} {name.replace('_', ' ')}" for name in became)
    )


def agrees(counts: dict[str, int]) -> bool:
    """Return whether the companies are as many as SQL by hand finds."""
    return sum(n for name, n in counts.items() if name not in OTHERS) == counts['by_hand']
