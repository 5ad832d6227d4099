"""Fill a database with everything that can belong to companies, so that merges have to move it."""

from __future__ import annotations

import random
from typing import Any

from merges_rest import Rest

SEED = 7
COMPANIES, CONTACTS = 900, 500


class Crowd:
    """Companies, and records of all kinds that belong to them."""

    def __init__(self, env: Any) -> None:
        self.env = env(
            su=True,
            context=dict(env.context, tracking_disable=True, mail_create_nolog=True,
                         mail_notrack=True, no_reset_password=True)
        )  # fmt: skip
        self.draw = random.Random(SEED)
        self.partners: list[int] = []

    def fill(self) -> list[int]:
        """Make all of it; return the ids of the partners."""
        self._make_partners()
        self._make_documents()
        self._make_mail()
        self._make_pointers()
        self._make_ours()
        self.env.flush_all()
        Rest(self.env.cr, self.draw, self.one).fill()
        self.env.invalidate_all()
        return self.partners

    def one(self) -> int:
        """Return any partner; some have much more than others."""
        return self.partners[int(len(self.partners) * self.draw.random() ** 2)]

    def _make(self, model: str, count: int, values: Any) -> Any:
        return self.env[model].create([values(place) for place in range(count)])

    # === PARTNERS === #

    def _make_partners(self) -> None:
        tags = self._make('res.partner.category', 12, lambda n: {'name': f'Tag {n}'})
        draw = self.draw

        def values(number: int) -> dict[str, Any]:
            return {
                'name': f'Company {number}', 'is_company': True,
                'email': f'c{number}@example.com' if draw.random() < 0.7 else False,
                'phone': f'+45 {number:08d}' if draw.random() < 0.6 else False,
                'street': f'Street {number}' if draw.random() < 0.6 else False,
                'city': draw.choice(['Aarhus', 'Odense', False]),
                'vat': False, 'ref': str(number) if draw.random() < 0.3 else False,
                'comment': f'<p>Note {number}</p>' if draw.random() < 0.2 else False,
                'category_id': [(6, 0, draw.sample(tags.ids, draw.randint(0, 3)))],
            }  # fmt: skip

        companies = self._make('res.partner', COMPANIES, values)
        contacts = self._make(
            'res.partner', CONTACTS,
            lambda n: {
                'name': f'Person {n}', 'email': f'p{n}@example.com',
                'parent_id': draw.choice(companies.ids) if draw.random() < 0.8 else False,
                'type': draw.choice(['contact', 'contact', 'invoice', 'delivery']),
            },
        )  # fmt: skip
        self.partners = [*companies.ids, *contacts.ids]
        draw.shuffle(self.partners)
        self._make(
            'res.partner.bank', 250,
            lambda n: {'acc_number': f'DK{n % 120:04d}', 'partner_id': self.partners[n * 5]},
        )  # fmt: skip
        self._make(
            'res.users', 60,
            lambda n: {
                'login': f'portal{n}', 'partner_id': contacts[n].id,
                'group_ids': [(6, 0, [self.env.ref('base.group_portal').id])],
            },
        )  # fmt: skip

    # === DOCUMENTS === #

    def _make_documents(self) -> None:
        env, one = self.env, self.one
        company = env.company
        if not company.chart_template:
            env['account.chart.template'].try_loading('generic_coa', company, install_demo=False)
        product = env['product.product'].create({'name': "Chair", 'list_price': 100})
        leads = self._make(
            'crm.lead', 500,
            lambda n: {'name': f'Lead {n}', 'partner_id': one(), 'type': 'opportunity',
                       'expected_revenue': n},
        )  # fmt: skip
        orders = self._make(
            'sale.order', 300,
            lambda n: {
                'partner_id': one(),
                'order_line': [(0, 0, {'product_id': product.id, 'product_uom_qty': 1 + n % 5})],
            },
        )  # fmt: skip
        orders[::2].action_confirm()
        moves = self._make(
            'account.move', 250,
            lambda n: {
                'move_type': 'out_invoice', 'partner_id': one(), 'invoice_date': '2026-11-01',
                'invoice_line_ids': [(0, 0, {'product_id': product.id, 'price_unit': 10 + n})],
            },
        )  # fmt: skip
        moves[::3].action_post()
        self._make(
            'calendar.event', 200,
            lambda n: {
                'name': f'Meeting {n}', 'start': '2030-01-01 10:00', 'stop': '2030-01-01 11:00',
                'partner_ids': [(6, 0, list({one(), one(), one()}))],
                'res_model_id': env['ir.model']._get_id('res.partner'), 'res_id': one(),
            },
        )  # fmt: skip
        project = env['project.project'].create({'name': "Building", 'partner_id': one()})
        self._make(
            'project.task', 250,
            lambda n: {'name': f'Task {n}', 'project_id': project.id, 'partner_id': one()},
        )  # fmt: skip
        for document in (*leads[:80], *orders[:80], *moves[:80]):
            document.message_subscribe(list({one(), one()}))

    # === MAIL === #

    def _make_mail(self) -> None:
        env, one = self.env, self.one
        partners = env['res.partner']
        self._make(
            'mail.message', 900,
            lambda n: {
                'model': 'res.partner', 'res_id': one(), 'author_id': one(), 'body': f'<p>{n}</p>',
                'message_type': 'comment', 'partner_ids': [(6, 0, [one()])],
                'notification_ids': [(0, 0, {'res_partner_id': id_}) for id_ in {one(), one()}],
            },
        )  # fmt: skip
        for _place in range(400):
            partners.browse(one()).message_subscribe(list({one(), one()}))
        activity = env.ref('mail.mail_activity_data_todo').id
        model = env['ir.model']._get_id('res.partner')
        self._make(
            'mail.activity', 200,
            lambda n: {'res_model_id': model, 'res_id': one(), 'activity_type_id': activity,
                       'summary': f'Call {n}', 'user_id': env.uid},
        )  # fmt: skip
        self._make(
            'mail.scheduled.message', 100,
            lambda n: {'model': 'res.partner', 'res_id': one(), 'author_id': one(),
                       'scheduled_date': '2031-01-01', 'body': f'<p>{n}</p>',
                       'partner_ids': [(6, 0, [one()])]},
        )  # fmt: skip
        self._make(
            'rating.rating', 200,
            lambda n: {'res_model_id': model, 'res_id': one(), 'partner_id': one(),
                       'rated_partner_id': one(), 'rating': 5, 'consumed': True},
        )  # fmt: skip
        self._make(
            'ir.attachment', 250,
            lambda n: {'name': f'file {n}', 'res_model': 'res.partner', 'res_id': one(),
                       'raw': str(n)},
        )  # fmt: skip
        mailing = env['mailing.mailing'].create(
            {'subject': "News", 'mailing_model_id': model, 'email_from': 'a@example.com'}
        )
        self._make(
            'mailing.trace', 400,
            lambda n: {'model': 'res.partner', 'res_id': one(), 'mass_mailing_id': mailing.id,
                       'email': f'c{n}@example.com'},
        )  # fmt: skip
        channels = self._make('discuss.channel', 40, lambda n: {'name': f'Channel {n}'})
        for channel in channels:
            members = {one() for _n in range(6)}
            channel.channel_member_ids = [(0, 0, {'partner_id': id_}) for id_ in members]

    # === POINTERS BY NUMBER === #

    def _make_pointers(self) -> None:
        env, one = self.env, self.one
        model = env['ir.model']._get_id('res.partner')
        self._make(
            'ir.model.data', 120,
            lambda n: {'module': '__export__', 'name': f'partner_{n}', 'model': 'res.partner',
                       'res_id': one(), 'noupdate': True},
        )  # fmt: skip
        self._make(
            'mail.alias', 30,
            lambda n: {
                'alias_name': f'alias{n}', 'alias_model_id': model,
                'alias_defaults': {'parent_id': one()}, 'alias_parent_model_id': model,
                'alias_parent_thread_id': one(), 'alias_force_thread_id': one(),
            },
        )  # fmt: skip
        self._make(
            'ir.default', 20,
            lambda n: {
                'field_id': env['ir.model.fields']._get('crm.lead', 'partner_id').id,
                'json_value': str(one()), 'condition': f'n={n}',
            },
        )  # fmt: skip
        program = env['loyalty.program'].create({'name': "Wallet", 'program_type': 'ewallet'})
        self._make(
            'loyalty.card', 100,
            lambda n: {'program_id': program.id, 'partner_id': one(), 'points': n},
        )  # fmt: skip
        for partner in self.draw.sample(self.partners, 150):
            env['website.visitor'].create({'access_token': str(partner)})
        recycle = env['data_recycle.model'].create(
            {'name': "Old", 'res_model_id': model, 'recycle_mode': 'manual'}
        )
        self._make(
            'data_recycle.record', 60,
            lambda n: {'recycle_model_id': recycle.id, 'res_id': one()},
        )  # fmt: skip

    # === OURS === #

    def _make_ours(self) -> None:
        env, one = self.env, self.one
        agreement = env['economic.agreement'].create({'agreement_number': 1, 'scheduled': False})
        currency = env.company.currency_id
        agreement.base_currency_id = currency
        owners = self.draw.sample(self.partners, 400)
        common = {'agreement_id': agreement.id, 'company_id': env.company.id}
        debtors = self._make(
            'economic.debtor', 400,
            lambda n: {**common, 'number': n + 1, 'name': f'Debtor {n}', 'partner_id': owners[n],
                       'match_state': 'linked'},
        )  # fmt: skip
        invoices = self._make(
            'economic.invoice', 3000,
            lambda n: {
                **common, 'debtor_id': debtors[n % 400].id, 'partner_id': owners[n % 400],
                'number': n + 1, 'kind': 'invoice', 'date': '2026-11-01',
                'currency_id': currency.id, 'base_currency_id': currency.id,
                'amount_untaxed': n, 'amount_untaxed_base': n, 'amount_total': n * 1.25,
                'amount_residual': n % 7, 'amount_residual_base': n % 7,
            },
        )  # fmt: skip
        self._make(
            'economic.invoice.line', 1000,
            lambda n: {
                **common, 'invoice_id': invoices[n].id, 'debtor_id': debtors[n % 400].id,
                'partner_id': owners[n % 400], 'invoice_number': n + 1, 'number': n + 1,
                'date': '2026-11-01', 'currency_id': currency.id, 'base_currency_id': currency.id,
                'description': f'Chair {n}', 'quantity': 1, 'price_subtotal': n,
            },
        )  # fmt: skip
        self._make_duplicates()
        pairs = {(self.draw.choice(debtors.ids), one()) for _n in range(600)}
        env['economic.debtor.candidate'].create(
            [{'debtor_id': debtor, 'partner_id': partner} for debtor, partner in sorted(pairs)]
        )
        campaign = env['utm.campaign'].create({'title': "sales"})
        env['economic.campaign.member'].create(
            [
                {'campaign_id': campaign.id, 'partner_id': id_, 'company_id': env.company.id,
                 'state': self.draw.choice(['added', 'opted_out', 'left'])}
                for id_ in self.draw.sample(self.partners, 700)
            ]
        )  # fmt: skip
        env['economic.figures']._refresh()

    def _make_duplicates(self) -> None:
        """Make groups of companies that look alike, and of contacts of one company."""
        places = iter(self.draw.sample(self.partners, 400))
        self._make(
            'economic.duplicate', 100,
            lambda n: {
                'kind': 'company' if n % 2 else 'contact',
                'parent_id': False if n % 2 else self.one(),
                'member_ids': [(0, 0, {'partner_id': next(places)}) for _n in range(2 + n % 3)],
            },
        )  # fmt: skip
