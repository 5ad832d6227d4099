from odoo import fields, models
from odoo.tools import formatLang

from .economic_agreement_connection import ALERTS, LICENCE, STOPPED
from .economic_agreement_licence import FINE
from .economic_run_fetch import VanishedError


class EconomicRun(models.Model):
    """What others learn of a run: a note on the agreement, one activity per cause of trouble, and
    what a person may answer when it stopped to ask.
    """

    _inherit = 'economic.run'

    vanished_count = fields.Integer(readonly=True, help="Debtors that e-conomic no longer shows.")
    rate_used = fields.Integer("Requests Used", readonly=True)
    rate_limit = fields.Integer("Requests Allowed", readonly=True)

    def _note_progress(self, work, done, total):
        rate = work.client.rate
        if rate and (rate.used, rate.limit) != (self.rate_used, self.rate_limit):
            self.write({'rate_used': rate.used, 'rate_limit': rate.limit})
        return super()._note_progress(work, done, total)

    def _finish(self):
        result = super()._finish()
        if self.state in ('done', 'undone'):
            self.agreement_id._recover()
            self.agreement_id._note_causes()
            self._post_summary()
        return result

    def _stop(self, error):
        self.vanished_count = error.count if isinstance(error, VanishedError) else 0
        self.agreement_id._note_causes()
        return super()._stop(error)

    def _post_summary(self):
        """Write one line into the agreement's history, unless a scheduled run changed nothing."""
        counts = {
            self.env._("created"): self.created_count,
            self.env._("updated"): self.updated_count,
            self.env._("linked"): self.linked_count,
            self.env._("failed"): self.failed_count,
            self.env._("put back"): self.undone_count,
            self.env._("invoices"): self.invoice_count + self.credit_note_count,
        }
        if self.kind != 'import' and not any(counts.values()):
            return
        body = ', '.join(
            f'{formatLang(self.env, count, digits=0)} {label}'
            for label, count in counts.items()
            if count
        )
        self.agreement_id.message_post(
            body=self.env._(
                "%(run)s by %(user)s: %(what)s.",
                run=self._get_html_link(),
                user=self.user_id.name,
                what=body or self.env._("nothing changed"),
            ),
            author_id=self.user_id.partner_id.id,
        )

    def _get_hint(self):
        """Return in one line when this run was, how it ended and what it did."""
        state = dict(self._fields['state']._description_selection(self.env))[self.state]
        created, updated, failed = (
            count and formatLang(self.env, count, digits=0)
            for count in (self.created_count, self.updated_count, self.failed_count)
        )
        counts = [
            self.env._("%s created", created) if created else '',
            self.env._("%s updated", updated) if updated else '',
            self.env._("%s failed", failed) if failed else '',
        ]
        return ' · '.join([self.display_name, state, *filter(None, counts)])

    def action_resume(self):
        result = super().action_resume()
        self.agreement_id.sudo()._recover()
        return result

    def action_accept_vanished(self):
        """Believe that so many debtors are gone, and go on."""
        self._check_manager()
        if self.state == 'stopped' and self.vanished_count:
            # In sudo mode: runs are written by the engine alone; checked above.
            self.sudo().checkpoint = (self.checkpoint or {}) | {'accepted': self.vanished_count}
        return self.action_resume()


class EconomicAgreement(models.Model):
    _inherit = 'economic.agreement'

    def _learn(self, info):
        result = super()._learn(info)
        self.sudo()._recover()
        return result

    def _recover(self):
        """Forget that the agreement had stopped: it works again."""
        self.ensure_one()
        if self.connection_state == 'stopped':
            self.write({'connection_state': 'connected', 'connection_message': False})
        mended = {STOPPED, LICENCE} if self._get_licence().state in FINE else {STOPPED}
        self.activity_ids.filtered(lambda act: act.economic_cause in mended).unlink()

    def _note_causes(self):
        """Ask for a look once per cause, however many records have it; done when none has."""
        self.ensure_one()
        counts = dict(
            self.env['economic.quarantine']._read_group(
                [('agreement_id', '=', self.id), ('state', '=', 'open')], ['code'], ['__count']
            )
        )
        noted = self.activity_ids.filtered(
            lambda act: act.economic_cause and act.economic_cause not in ALERTS
        )
        codes = set(noted.mapped('economic_cause'))
        noted.filtered(lambda act: act.economic_cause not in counts).unlink()
        asked = self._get_asked()
        for code, count in counts.items():
            if asked and code not in codes:
                first = self.env['economic.quarantine'].search(
                    [('agreement_id', '=', self.id), ('state', '=', 'open'), ('code', '=', code)],
                    limit=1,
                )
                self.activity_schedule(
                    'mail.mail_activity_data_todo',
                    summary=self.env._(
                        "%(count)s records need a look",
                        count=formatLang(self.env, count, digits=0),
                    ),
                    note=f'{first.message} {first.remedy}',
                    user_id=asked.id,
                    economic_cause=code,
                )

    def _get_asked(self):
        """Return the manager who is asked to look: who works here now, else the first one."""
        managers = self.env.ref('economic_connector.group_economic_manager').all_user_ids
        managers = managers.filtered(
            lambda user: self.company_id in user.company_ids and not user._is_superuser()
        )
        return self.env.user if self.env.user in managers else managers.sorted('id')[:1]


class MailActivity(models.Model):
    _inherit = 'mail.activity'

    economic_cause = fields.Char(readonly=True)
