from odoo import fields, models
from odoo.fields import Domain

from .xlsx import make_xlsx

BATCH = 2000


class EconomicRun(models.Model):
    """The result of a test or an import as a spreadsheet, and what the run was limited to."""

    _inherit = 'economic.run'

    scope_hint = fields.Char("Selection", compute='_compute_scope_hint')

    def _compute_scope_hint(self):
        for run in self:
            run.scope_hint = ' · '.join(run._get_scope_words()) or False

    def _get_scope_words(self):
        words = []
        if self.only_group_id:
            words.append(self.env._("group %s", self.only_group_id.display_name))
        if self.only_barred != 'all':
            labels = dict(self._fields['only_barred']._description_selection(self.env))
            words.append(labels[self.only_barred])
        if self.only_currency_id:
            words.append(self.only_currency_id.name)
        if self.only_country_id:
            words.append(self.only_country_id.name)
        if self.changed_since:
            words.append(self.env._("changed since %s", self.changed_since))
        if not self.with_invoices:
            words.append(self.env._("without invoices"))
        elif self.invoices_since:
            words.append(self.env._("invoices since %s", self.invoices_since))
        if self.with_contacts:
            words.append(self.env._("with contacts"))
        if self.with_deliveries:
            words.append(self.env._("with delivery addresses"))
        return words

    def action_open_kept(self):
        """Open the rows of which undoing left something alone, since somebody had edited it."""
        self._check_manager()
        name = self.env._("Edits kept")
        return self._get_lines_action(name, [('has_kept', '=', True)])

    def action_download(self):
        """Hand out the list as xlsx: one row a debtor, one row more for each further change."""
        self._check_manager()
        return {
            'type': 'ir.actions.act_url',
            'url': f'/economic_connector/run/{self.id}/xlsx',
            'target': 'download',
        }

    def _make_xlsx(self):
        """Return the list of this run as the bytes of an xlsx; texts stay texts, never formulas."""
        headings = (
            self.env._("No."), self.env._("Debtor"), self.env._("City"), self.env._("Company"),
            self.env._("What"), self.env._("Import"), self.env._("Because"), self.env._("Result"),
            self.env._("Field"), self.env._("Odoo now"), self.env._("After import"),
        )  # fmt: skip
        return make_xlsx(headings, self._get_xlsx_rows())

    def _get_xlsx_rows(self):
        lines = self.env['economic.run.line']
        status, state = (
            dict(lines._fields[name]._description_selection(self.env))
            for name in ('status', 'state')
        )
        yes = self.env._("yes")
        last = 0
        while batch := lines.search(
            Domain('run_id', '=', self.id) & Domain('id', '>', last), limit=BATCH, order='id'
        ):
            for line in batch:
                head = (
                    line.number, line.debtor_name or '', line.city or '',
                    line.partner_id.display_name or '', status[line.status],
                    yes if line.approved else '', line.because or '', state[line.state],
                )  # fmt: skip
                for change in line.shown_changes or [{'label': '', 'old': '', 'new': ''}]:
                    yield (
                        *head,
                        change['label'],
                        str(change['old'] or ''),
                        str(change['new'] or ''),
                    )
            last = batch[-1].id
            batch.invalidate_recordset()
