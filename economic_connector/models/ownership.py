"""Who decides a field of a partner: e-conomic, Odoo, or whoever fills it first.

Every field is compared three ways: what an import last wrote, what Odoo has, what e-conomic has. A
value that changed on both sides is a conflict and never overwritten silently.
"""

# Field of res.partner -> rule. The order is the one in which changes are shown.
RULES = {
    'name': 'economic',
    'company_registry': 'economic',
    'vat': 'economic',
    'street': 'economic',
    'street2': 'economic',
    'zip': 'economic',
    'city': 'economic',
    'country_id': 'economic',
    'phone': 'empty',
    'email': 'empty',
    'website': 'empty',
    'global_location_number': 'economic',
}


def compare(new, current, last):
    """Return what an import would change on a partner.

    :param dict new: values from e-conomic, raw (ids, '' for empty)
    :param dict current: the partner's values in the same form
    :param dict last: what an import last wrote; empty before the first
    :return: list of {'field', 'old', 'new'} and 'conflict': True where both sides changed
    """
    changes = []
    for field, rule in RULES.items():
        if field not in new or new[field] == current[field]:
            continue
        change = {'field': field, 'old': current[field], 'new': new[field]}
        if rule == 'empty':
            if new[field] and not current[field]:
                changes.append(change)
        elif field not in last:
            # A first link fills and corrects; it never empties.
            if new[field]:
                changes.append(change)
        elif current[field] == last[field]:
            changes.append(change)
        elif new[field] != last[field]:
            changes.append(change | {'conflict': True})
    return changes
