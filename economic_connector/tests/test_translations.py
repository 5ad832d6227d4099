from pathlib import Path

import polib

from odoo.tests import BaseCase, TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

FOLDER = Path(__file__).parent.parent / 'i18n'


@tagged('post_install', '-at_install')
class TestTranslations(TransactionCase):
    def test_every_term_of_the_addon_is_in_the_template(self):
        reader = TranslationModuleReader(self.env.cr, ['economic_connector'], lang=None)
        # Each row: module, type, name, res_id, source, …
        terms = {row[4] for row in reader}
        template = {entry.msgid for entry in polib.pofile(FOLDER / 'economic_connector.pot')}
        self.assertEqual(terms - template, set(), "run: make translations")
        self.assertEqual(template - terms, set(), "run: make translations")


@tagged('post_install', '-at_install')
class TestDanish(BaseCase):
    def test_every_term_is_translated(self):
        template = {entry.msgid for entry in polib.pofile(FOLDER / 'economic_connector.pot')}
        danish = polib.pofile(FOLDER / 'da.po')
        done = {entry.msgid for entry in danish.translated_entries() if not entry.fuzzy}
        self.assertEqual(template - done, set())
        self.assertEqual(done - template, set(), "no longer in the addon")

    def test_placeholders_survive_translation(self):
        for entry in polib.pofile(FOLDER / 'da.po'):
            for sign in ('%s', '%('):
                self.assertEqual(entry.msgid.count(sign), entry.msgstr.count(sign), entry.msgid)
