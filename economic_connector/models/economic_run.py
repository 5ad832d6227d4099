from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_datetime

from .asking import asks

WORKING = ('loading', 'testing', 'importing', 'undoing')
OFFLINE = ('testing', 'undoing')  # states that need neither e-conomic nor its tokens
RATE_AFTER = 2  # seconds; times are stored to the second, sooner a speed says nothing


class EconomicRun(models.Model):
    """One load, test and import by a person, or one scheduled run: a durable record that survives
    a restart, can be resumed, and read next year.
    """

    _name = 'economic.run'
    _description = "e-conomic Run"
    _order = 'id DESC'

    agreement_id = fields.Many2one(
        'economic.agreement', required=True, readonly=True, index=True, ondelete='cascade'
    )
    company_id = fields.Many2one(
        'res.company', "Our Company", required=True, readonly=True, index=True
    )
    kind = fields.Selection(
        [
            ('import', "e-conomic web"),
            ('sync', "Scheduled"),
            ('open', "Open amounts"),
            ('full', "Full check"),
            ('retry', "Retry"),
            ('review', "Review"),
        ],
        required=True,
        readonly=True,
        default='import',
    )
    state = fields.Selection(
        [
            ('loading', "Loading"),
            ('loaded', "Loaded"),
            ('testing', "Testing"),
            ('tested', "Tested"),
            ('importing', "Importing"),
            ('done', "Done"),
            ('stopped', "Stopped"),
            ('cancelled', "Cancelled"),
            ('undoing', "Undoing"),
            ('undone', "Undone"),
        ],
        required=True,
        readonly=True,
        default='loading',
        index=True,
    )
    is_working = fields.Boolean(compute='_compute_is_working')
    phase = fields.Char(readonly=True)
    phase_since = fields.Datetime(readonly=True)
    phase_label = fields.Char(compute='_compute_phase_label')
    checkpoint = fields.Json(readonly=True)
    progress_done = fields.Integer(readonly=True)
    progress_total = fields.Integer(readonly=True)
    message = fields.Char(readonly=True)
    stopped_state = fields.Char(readonly=True)
    failures = fields.Integer(readonly=True)
    user_id = fields.Many2one(
        'res.users',
        "Started By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    started_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    finished_at = fields.Datetime(readonly=True)
    seconds = fields.Float("Working Time (s)", digits=(12, 1), readonly=True)
    request_count = fields.Integer("Requests", readonly=True)
    invoice_count = fields.Integer("Invoices", readonly=True, help="Stored or changed by this run.")
    credit_note_count = fields.Integer("Credit Notes", readonly=True)
    invoice_line_count = fields.Integer("Invoice Lines", readonly=True)
    difference = fields.Integer(
        readonly=True, help="Debtors and invoices in e-conomic less those here at the end."
    )

    line_ids = fields.One2many('economic.run.line', 'run_id', readonly=True)
    create_count = fields.Integer("New", compute='_compute_counts')
    update_count = fields.Integer("Changes", compute='_compute_counts')
    unchanged_count = fields.Integer("Unchanged", compute='_compute_counts')
    proposed_count = fields.Integer("Proposed", compute='_compute_counts')
    ambiguous_count = fields.Integer("Ambiguous", compute='_compute_counts')
    conflict_count = fields.Integer("Conflicts", compute='_compute_counts')
    skipped_count = fields.Integer("Skipped", compute='_compute_counts')
    error_count = fields.Integer("Errors", compute='_compute_counts')
    line_count = fields.Integer("Debtors", compute='_compute_counts')
    created_count = fields.Integer("Created", compute='_compute_counts')
    updated_count = fields.Integer("Updated", compute='_compute_counts')
    linked_count = fields.Integer("Linked", compute='_compute_counts')
    failed_count = fields.Integer("Failed", compute='_compute_counts')
    again_count = fields.Integer("Changed Since Test", compute='_compute_counts')

    @api.depends('state')
    def _compute_is_working(self):
        for run in self:
            run.is_working = run.state in WORKING

    @api.depends('agreement_id', 'kind', 'started_at')
    @api.depends_context('lang', 'tz')
    def _compute_display_name(self):
        labels = dict(self._fields['kind']._description_selection(self.env))
        for run in self:
            started = format_datetime(self.env, run.started_at, dt_format='short')
            run.display_name = f'{labels[run.kind]} · {started}'

    def _compute_counts(self):
        planned, done = {}, {}
        for run, status, state, count in self.env['economic.run.line']._read_group(
            [('run_id', 'in', self.ids)], ['run_id', 'status', 'state'], ['__count']
        ):
            planned[run, status] = planned.get((run, status), 0) + count
            done[run, state] = done.get((run, state), 0) + count
        for run in self:
            for status in (
                'create', 'update', 'unchanged', 'proposed', 'ambiguous', 'conflict', 'skipped',
                'error',
            ):  # fmt: skip
                run[f'{status}_count'] = planned.get((run, status), 0)
            for state in ('created', 'updated', 'linked', 'failed', 'again'):
                run[f'{state}_count'] = done.get((run, state), 0)
            run.line_count = sum(count for (of, _), count in planned.items() if of == run)

    # === LIFE === #

    @api.model
    @api.private
    def _get_working(self, agreement):
        return self.sudo().search(
            [('agreement_id', '=', agreement.id), ('state', 'in', WORKING)], limit=1
        )

    def _begin(self, agreement, kind):
        """Make a run that is ready to be driven."""
        agreement._check_licence()
        agreement._note_time()
        # Of two starts at once one fails here; Odoo tries it again, and then it sees the other.
        self.env.cr.execute(
            SQL('UPDATE economic_agreement SET fence = fence WHERE id = %s', agreement.id)
        )
        busy = self._get_working(agreement)
        if busy:
            raise UserError(
                self.env._(
                    "An import of %(agreement)s is already running (%(phase)s; started %(time)s by "
                    "%(user)s). Wait for it, or cancel it first.",
                    agreement=agreement.name,
                    phase=busy.phase_label
                    or dict(self._fields['state']._description_selection(self.env))[busy.state],
                    time=format_datetime(self.env, busy.started_at, dt_format='short'),
                    user=busy.user_id.name,
                )
            )
        # In sudo mode: runs are written by the engine alone; callers have checked who may begin.
        if kind == 'import':
            self.sudo().search(
                [
                    ('agreement_id', '=', agreement.id),
                    ('kind', '=', 'import'),
                    ('state', 'in', ('loaded', 'tested')),
                ]
            ).write({'state': 'cancelled', 'message': self.env._("A later list took its place.")})
        return self.sudo().create(
            {
                'agreement_id': agreement.id,
                'company_id': agreement.company_id.id,
                'kind': kind,
                'user_id': self.env.uid,
                'state': 'loading' if kind == 'import' else 'importing',
            }
        )

    def _check_manager(self):
        """Refuse everybody but our managers; the buttons below write in sudo mode."""
        self.ensure_one()
        self.check_access('read')
        self.agreement_id.check_access('write')

    def _is_offline(self, state):
        """Tell whether work in this state needs neither e-conomic nor its tokens."""
        return state in OFFLINE or self.kind == 'review'

    def _go(self, state):
        """Let the engine work in `state`, beginning with its first phase."""
        if not self._is_offline(state):
            self.agreement_id._check_licence()
        self.sudo().write(
            {'state': state, 'phase': False, 'message': False, 'failures': 0, 'finished_at': False}
        )
        self.agreement_id._wake(offline=self._is_offline(state))
        return True

    def action_test(self):
        """Find out what an import would do, without doing it."""
        self._check_manager()
        if self.state not in ('loaded', 'tested'):
            raise UserError(self.env._("Load the list of debtors first."))
        self.sudo()._reset_plan()
        return self._go('testing')

    @asks
    def action_start(self):
        """Apply the approved rows, then bring in the invoices."""
        self._check_manager()
        if self.state != 'tested':
            raise UserError(self.env._("Test first: Start applies what the test has shown."))
        agreement = self.agreement_id.sudo()
        if not agreement.first_import_date:
            agreement.first_import_date = fields.Datetime.now()
        return self._go('importing')

    def action_cancel(self):
        """Stop this run; what it has stored stays."""
        self._check_manager()
        if self.state in ('done', 'cancelled', 'undone'):
            raise UserError(self.env._("This run has ended."))
        self.sudo().write({'state': 'cancelled', 'finished_at': fields.Datetime.now()})
        return True

    @asks
    def action_resume(self):
        """Go on where the run stopped."""
        self._check_manager()
        if self._is_driven_by_pages():
            self._check_free()
            self.agreement_id._wake(offline=self._is_offline(self.state))
            return True
        if self.state != 'stopped':
            raise UserError(self.env._("This run has not stopped."))
        if self._get_working(self.agreement_id):
            raise UserError(self.env._("Another run of this agreement is working."))
        if not self._is_offline(self.stopped_state):
            self.agreement_id._check_licence()
        self.sudo().write(
            {'state': self.stopped_state, 'message': False, 'failures': 0, 'finished_at': False}
        )
        self.agreement_id._wake(offline=self._is_offline(self.state))
        return True

    def action_approve_all(self):
        """Tick every row that Start can apply."""
        return self._approve(True)

    def action_approve_none(self):
        return self._approve(False)

    def get_progress(self):
        """Return what the page that is open shows: how far it is, and its debtors by status."""
        self.ensure_one()
        self.check_access('read')
        working = self.state in WORKING
        since = self.phase_since or self.started_at
        seconds = (fields.Datetime.now() - since).total_seconds()
        return self._get_page_progress() | {
            'state': self.state,
            'working': working,
            'phase': self.phase_label,
            'done': self.progress_done,
            'total': self.progress_total,
            'rate': self.progress_done / seconds if working and seconds >= RATE_AFTER else 0,
            'message': self.message,
            'counts': dict(
                self.env['economic.run.line']._read_group(
                    [('run_id', '=', self.id)], ['status'], ['__count']
                )
            ),
            'questions': self.env['economic.run.line'].search_count(
                [('run_id', '=', self.id), ('has_conflict', '=', True)]
            ),
            'ticked': self.env['economic.run.line'].search_count(
                [('run_id', '=', self.id), ('approved', '=', True)]
            ),
        }

    # === ACTIONS === #

    def _get_form_action(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'economic.run',
            'res_id': self.id,
            'views': [(False, 'form')],
        }

    def _get_lines_action(self, name, domain):
        self.ensure_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id(
            'economic_connector.action_economic_run_line'
        )
        return action | {
            'name': name,
            'domain': [('run_id', '=', self.id), *domain],
            'context': {'default_run_id': self.id},
        }

    def action_open_lines(self):
        """Open the rows of one status, named in the context, or all."""
        status = self.env.context.get('economic_status')
        state = self.env.context.get('economic_state')
        domain = []
        if status:
            domain.append(('status', '=', status))
        if state:
            domain.append(('state', '=', state))
        return self._get_lines_action(self.env._("Debtors of the run"), domain)

    def action_open_partners(self):
        """Open the companies that this run created or updated."""
        self.ensure_one()
        state = self.env.context.get('economic_state', 'created')
        partners = self.line_ids.filtered(lambda line: line.state == state).partner_id
        action = self.env['ir.actions.act_window']._for_xml_id('contacts.action_contacts')
        return action | {'domain': [('id', 'in', partners.ids)], 'context': {'active_test': False}}
