"""Say in which currency amounts "in base currency" are, wherever there is only one."""


def get_base_currencies(env):
    """Return the base currencies of the agreements of the user's companies."""
    # In sudo mode: without our group nobody may read agreements, but labels are for everybody.
    agreements = env['economic.agreement'].sudo()
    return agreements.search([('company_id', 'in', env.companies.ids)]).base_currency_id


def label_with_currency(model, descriptions):
    """Put the base currency's name into the labels of the amounts that are in it.

    A label such as "Net (base currency)" reads "Net (DKK)" then. With several base currencies in
    the user's companies it stays: the amounts of one list may be in any of them.
    """
    currencies = get_base_currencies(model.env)
    if len(currencies) != 1:
        return descriptions
    general = model.env._("(base currency)")
    for description in descriptions.values():
        if 'string' in description and description.get('type') == 'monetary':
            description['string'] = description['string'].replace(general, f'({currencies.name})')
    return descriptions
