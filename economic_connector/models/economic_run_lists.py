import logging
from functools import partial

from odoo import fields, models

from ..client import AccessError, ContractError
from .connection import error_message
from .economic_agreement_connection import MISSING

_logger = logging.getLogger(__name__)

LIST_ERRORS = (AccessError, ContractError)
STUCK = 3  # times that e-conomic fails at one place, before it is searched for a bad record
# Phases that read one list, and the kind of record they are about.
LISTS = {
    'reference': 'reference', 'debtor': 'debtor', 'contact': 'contact', 'invoice': 'invoice',
    'line': 'line', 'check': 'line', 'open': 'open',
}  # fmt: skip


class EconomicRun(models.Model):
    """A list that e-conomic refuses or garbles stops alone; the others go on."""

    _inherit = 'economic.run'

    missing = fields.Text(
        "Not Read", readonly=True, help="Lists that e-conomic did not give in this run."
    )

    def _try_phase(self, work, phase):
        """Do a phase and return its end: a note, if e-conomic does not give its list.

        What was read of the list stays; the next run begins it again from its stream.
        """
        work.client.careful = self._at('stuck', 0) >= STUCK
        try:
            return getattr(self, f'_phase_{phase}')(work)
        except LIST_ERRORS as error:
            # Without debtors an import has nothing to show, so that one waits for a person.
            if phase not in LISTS or (phase == 'debtor' and self.kind == 'import'):
                raise
            return self._leave_list(work, LISTS[phase], error)

    def _count_stuck(self, error):
        """Count that e-conomic failed at this place again; one record may be the reason."""
        if error.code == 'server_error':
            self.checkpoint = {**(self.checkpoint or {}), 'stuck': self._at('stuck', 0) + 1}

    def _get_checkpoint(self, page):
        """Return the checkpoint to go on from after a page."""
        checkpoint = dict(self.checkpoint or {})
        found = any(rejected.code == 'unreadable' for rejected in page.rejected)
        if found or checkpoint.get('stuck', 0) < STUCK:
            checkpoint.pop('stuck', None)
        return checkpoint

    def _leave_list(self, work, kind, error):
        """Drop the page that failed; return the note to store with the step to the next list.

        :raise AccessError: it is not about this list alone
        """
        if isinstance(error, AccessError) and error.code != 'endpoint_refused':
            raise error
        self._drop_page(work.fence)
        _logger.warning("Run %s leaves out %s: %s", self.id, kind, error)
        return partial(self._note_missing, kind, error)

    def _note_missing(self, kind, error):
        """Say which list is missing and what to do, on the run and once to the managers."""
        labels = {
            'reference': self.env._("Groups, terms and products"),
            'debtor': self.env._("Debtors"),
            'contact': self.env._("Contacts"),
            'delivery': self.env._("Delivery addresses"),
            'invoice': self.env._("Invoices"),
            'line': self.env._("Invoice lines"),
            'open': self.env._("Open amounts"),
        }
        remedy = (
            self.env._("Change the app's role in e-conomic, or leave them out.")
            if isinstance(error, AccessError)
            else self.env._("The next run tries again; if it says the same, tell your supplier.")
        )
        text = self.env._(
            "%(list)s were not read: %(why)s The others go on. %(remedy)s",
            list=labels[kind], why=error_message(self.env, error), remedy=remedy,
        )  # fmt: skip
        lines = (self.missing or '').splitlines()
        if text not in lines:
            self.missing = '\n'.join([*lines, text])
            self.agreement_id._alert(self.env._("e-conomic did not give everything"), text, MISSING)

    def _finish(self):
        result = super()._finish()
        if self.kind in ('sync', 'full') and self.state == 'done' and not self.missing:
            # Every list was read; what the managers were asked to look at is over.
            activities = self.agreement_id.sudo().activity_ids
            activities.filtered(lambda act: act.economic_cause == MISSING).unlink()
        return result
