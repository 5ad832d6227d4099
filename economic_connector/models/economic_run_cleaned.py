from odoo import api, fields, models
from odoo.tools import SQL


def get_notes_in_words(env, notes):
    """Return what was cleaned in a record so that it could be stored; '' if nothing was.

    :param str notes: the client's, '<field>:<what>' each, parted by blanks
    """
    done = {
        'control': env._("control characters were removed"),
        'surrogate': env._("broken characters were replaced"),
        'bidi': env._("direction marks were removed"),
        'clamped': env._("it was too long and was cut"),
        'rounded': env._("it was rounded"),
    }
    parted = [note.rpartition(':') for note in (notes or '').split()]
    return "; ".join(f'{field}: {done.get(what, what)}' for field, _sep, what in parted)


class EconomicInvoice(models.Model):
    _inherit = 'economic.invoice'

    notes = fields.Char(readonly=True, help="What was cleaned so that it could be stored.")
    cleaned = fields.Char(compute='_compute_cleaned')

    @api.depends('notes', 'line_ids.notes')
    @api.depends_context('lang')
    def _compute_cleaned(self):
        """Say what was cleaned in the invoice, and in which of its lines."""
        for invoice in self:
            words = [get_notes_in_words(self.env, invoice.notes)] if invoice.notes else []
            words += [
                self.env._(
                    "line %(line)s: %(what)s",
                    line=line.sequence,
                    what=get_notes_in_words(self.env, line.notes),
                )
                for line in invoice.line_ids.filtered('notes').sorted('sequence')
            ]
            invoice.cleaned = "; ".join(words) or False


class EconomicInvoiceLine(models.Model):
    _inherit = 'economic.invoice.line'

    notes = fields.Char(readonly=True, help="What was cleaned so that it could be stored.")


class EconomicRun(models.Model):
    """Invoices and lines have no row in the run, so the run counts those that had to be cleaned."""

    _inherit = 'economic.run'

    cleaned_count = fields.Integer(
        "Cleaned",
        readonly=True,
        help="Invoices and lines with a value that could only be stored after it was cleaned.",
    )

    def _count_cleaned(self, model, stored):
        """Add what a page brought to the count."""
        if not stored.changed_ids:
            return
        ((count,),) = self.env.execute_query(
            SQL(
                'SELECT count(*) FROM %s WHERE id = ANY(%s) AND notes IS NOT NULL',
                SQL.identifier(model._table),
                list(stored.changed_ids),
            )
        )
        if count:
            self.cleaned_count += count

    def action_open_cleaned(self):
        """Open the invoices of this agreement with a value that was cleaned."""
        self.ensure_one()
        self.check_access('read')
        action = self.agreement_id._get_list_action('action_economic_invoice')
        return action | {'context': {'search_default_cleaned': True}}
