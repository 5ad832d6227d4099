"""Countries as people write them in e-conomic, where the field is free text."""

# Folded text -> ISO code, for what is neither a code nor a name that Odoo knows.
ALIASES = {
    'denmark': 'DK', 'dan': 'DK', 'dnk': 'DK', 'kongeriget danmark': 'DK', 'danmarkdk': 'DK',
    'sverige': 'SE', 'swe': 'SE', 'norge': 'NO', 'nor': 'NO', 'suomi': 'FI', 'fin': 'FI',
    'island': 'IS', 'deutschland': 'DE', 'tyskland': 'DE', 'ger': 'DE', 'deu': 'DE', 'd': 'DE',
    'uk': 'GB', 'england': 'GB', 'great britain': 'GB', 'storbritannien': 'GB', 'scotland': 'GB',
    'holland': 'NL', 'nederland': 'NL', 'usa': 'US', 'u.s.a.': 'US', 'færøerne': 'FO',
    'føroyar': 'FO', 'grønland': 'GL', 'kalaallit nunaat': 'GL', 'schweiz': 'CH', 'polska': 'PL',
}  # fmt: skip


def map_countries(env, texts):
    """Return {text: country id} for the texts that name a country."""
    countries = env['res.country'].search([])
    known = {alias: countries.filtered(lambda c, code=code: c.code == code).id
             for alias, code in ALIASES.items()}  # fmt: skip
    for lang in {'en_US', *(code for code, _name in env['res.lang'].get_installed())}:
        for country in countries.with_context(lang=lang):
            known[country.name.casefold()] = country.id
    known |= {country.code.casefold(): country.id for country in countries}
    folded = {text: ' '.join(text.casefold().split()) for text in texts if text}
    return {text: known[fold] for text, fold in folded.items() if known.get(fold)}
