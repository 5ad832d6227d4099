from odoo import api, fields, models
from odoo.tools import formatLang


class EconomicAgreement(models.Model):
    """What the overview shows beside the counts: the next runs, questions, and the requests."""

    _inherit = 'economic.agreement'

    next_open = fields.Datetime("Next Look at Open Amounts", compute='_compute_next_runs')
    next_full = fields.Datetime("Next Full Check", compute='_compute_next_runs')
    schedule_hint = fields.Char(compute='_compute_next_runs')
    rate_hint = fields.Char("Requests", compute='_compute_rate_hint')
    last_run_hint = fields.Char("Last Run", compute='_compute_rate_hint')
    question_count = fields.Integer("Questions", compute='_compute_rate_hint')

    @api.depends('scheduled', 'connection_state', 'first_import_date', 'access_date', 'api_type')
    @api.depends_context('lang')
    def _compute_next_runs(self):
        for agreement in self:
            active = agreement._is_scheduled()
            nextcall = {cron.economic_kind: cron.nextcall for cron in agreement._get_crons()}
            agreement.next_open = active and nextcall.get('open')
            agreement.next_full = active and nextcall.get('full')
            if active:
                agreement.schedule_hint = False
            elif agreement._get_missing_secrets():
                agreement.schedule_hint = self.env._(
                    "Nothing runs by schedule, because what opens the agreement is not stored: "
                    "everybody is asked for it each time."
                )
            elif not agreement.scheduled:
                agreement.schedule_hint = self.env._("The schedule is paused.")
            elif not agreement.first_import_date:
                agreement.schedule_hint = self.env._(
                    "The schedule begins with the first import that a person starts."
                )
            elif agreement.connection_state != 'connected':
                agreement.schedule_hint = self.env._(
                    "The schedule waits until the connection works."
                )
            else:
                agreement.schedule_hint = self.env._(
                    "The schedule rests. %s", agreement.licence_hint
                )

    @api.depends_context('lang')
    def _compute_rate_hint(self):
        questions = dict(
            self.env['economic.debtor']._read_group(
                [('agreement_id', 'in', self.ids), ('question', '!=', False)],
                ['agreement_id'],
                ['__count'],
            )
        )
        for agreement in self:
            # In sudo mode: users see how busy it is, managers see the run.
            run = agreement.last_run_id.sudo()
            agreement.question_count = questions.get(agreement, 0)
            agreement.last_run_hint = bool(run) and run._get_hint()
            agreement.rate_hint = bool(run.rate_limit) and self.env._(
                "%(used)s of %(limit)s requests in use at the last run",
                used=formatLang(self.env, run.rate_used, digits=0),
                limit=formatLang(self.env, run.rate_limit, digits=0),
            )

    def action_open_questions(self):
        """Open the debtors that a person has to say something about."""
        return self._get_list_action('action_economic_debtor', [('question', '!=', False)])

    def action_open_contacts(self):
        return self._get_list_action('action_economic_contact')
