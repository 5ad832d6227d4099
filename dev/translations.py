"""Write the template of the addon's terms anew, and bring the Danish file in step with it.

Translations that stand are kept, new terms are left empty (a test fails on those), old ones go.
"""

from __future__ import annotations

import polib

from dev.common import ADDON, say
from dev.databases import template
from dev.inside import environment

FOLDER = ADDON / 'i18n'
TEMPLATE = FOLDER / f'{ADDON.name}.pot'
DANISH = FOLDER / 'da.po'
# What changes with every export and says nothing.
NOISE = ('POT-Creation-Date', 'PO-Revision-Date', 'Project-Id-Version')


def main() -> None:
    """Export the terms, merge them."""
    FOLDER.mkdir(exist_ok=True)
    with environment(template()) as env, TEMPLATE.open('wb') as file:
        from odoo.tools.translate import trans_export

        trans_export(False, [ADDON.name], file, 'po', env)
    terms = polib.pofile(str(TEMPLATE))
    for name in NOISE:
        terms.metadata.pop(name, None)
    terms.save()
    danish = polib.pofile(str(DANISH)) if DANISH.exists() else polib.POFile()
    language = {'Language': 'da', 'Plural-Forms': 'nplurals=2; plural=n != 1;'}
    danish.metadata = terms.metadata | language
    danish.merge(terms)
    for entry in danish.obsolete_entries():
        danish.remove(entry)
    danish.save(str(DANISH))
    say(f"{len(terms)} terms, {len(danish.untranslated_entries())} not yet in Danish")


if __name__ == '__main__':
    main()
