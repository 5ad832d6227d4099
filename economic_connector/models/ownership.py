"""Who decides a field of a partner: e-conomic, Odoo, whoever fills it first, or a person.

Every field is compared three ways: what an import last wrote, what Odoo has, what e-conomic has. A
value that changed on both sides is a conflict and never overwritten silently.

rule        e-conomic's value is written
economic    where it differs, unless Odoo's was changed since the last import
odoo        never; only a new company gets it
empty       where Odoo has none
ask         after a person has said so
"""

# Field of res.partner -> rule of a new agreement. The order is the one changes are shown in.
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


def compare(new, current, last, rules):
    """Return what an import would change on a partner.

    :param dict new: values from e-conomic, raw (ids, '' for empty)
    :param dict current: the partner's values in the same form
    :param dict last: what an import last wrote; empty before the first
    :param dict rules: rule by field
    :return: list of {'field', 'old', 'new'}, with 'conflict': 'both' where both sides changed, or
        'ask' where the rule wants a person
    """
    changes = []
    for field, rule in rules.items():
        if field not in new or new[field] == current[field]:
            continue
        verdict = _judge(rule, new[field], current[field], last, field)
        if verdict:
            change = {'field': field, 'old': current[field], 'new': new[field]}
            changes.append(change if verdict == 'change' else change | {'conflict': verdict})
    return changes


def _judge(rule, new, current, last, field):
    """Return 'change', 'both', 'ask' or None for values that differ."""
    if rule == 'odoo':
        return None
    if rule == 'empty':
        return 'change' if new and not current else None
    verdict = 'ask' if rule == 'ask' else 'change'
    if field not in last:
        # A first link fills and corrects; it never empties.
        return verdict if new else None
    if current == last[field]:
        return verdict
    # Odoo's value was changed since; if e-conomic's was not, there is nothing to decide.
    return 'both' if new != last[field] else None


def choose(changes, choices):
    """Return (values to write, fields whose present value in Odoo was chosen).

    :param list changes: as `compare` returns them
    :param dict choices: 'economic' or 'odoo' by field, for those with a conflict
    """
    values, kept = {}, []
    for change in changes:
        side = choices.get(change['field']) if change.get('conflict') else 'economic'
        if side == 'economic':
            values[change['field']] = change['new']
        elif side == 'odoo':
            kept.append(change['field'])
    return values, kept


def same(changes, others):
    """Tell whether two comparisons say the same, whoever changed a value and whenever."""
    keys = ('field', 'old', 'new', 'conflict')
    first, second = (
        [tuple(change.get(key) for key in keys) for change in of] for of in (changes, others)
    )
    return first == second
