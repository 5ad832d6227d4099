from odoo import fields, models


class EconomicRunLine(models.Model):
    _inherit = 'economic.run.line'

    undo = fields.Json(readonly=True, help="What applying this line changed, column by column.")
    can_undo = fields.Boolean(readonly=True)
    has_kept = fields.Boolean("Edits Kept", readonly=True)

    def _is_created(self):
        """Tell whether this line created its partner."""
        self.ensure_one()
        return any('created' in entry for entry in self.undo or [])

    def _undo_link(self, verdicts, *, log=True):
        """Tie debtor or contact to what it was tied to before, with what was known then."""
        record = self._get_record()
        before = (self.undo or [{}])[0].get('link')
        if not before or record.partner_id != self.partner_id:
            return  # Somebody has linked it to another company since.
        values = dict(before)
        if values['partner_id']:
            kept = {column for id_, column in verdicts.kept if id_ == self.partner_id.id}
            now, then = record.applied_values or {}, values['applied_values'] or {}
            values['applied_values'] = {
                field: source[field]
                for field in now.keys() | then.keys()
                if field in (source := now if field in kept else then)
            } or False
        former = record.partner_id
        record.write(values)
        if record._name == 'economic.debtor':
            record._propagate_partner()
            if log and record.partner_id != former:
                record._log_event('undone', former=former, run=self.run_id)

    def _take_back(self):
        """Undo this line alone; a company that it made stays if anything uses it by now."""
        self.ensure_one()
        engine = self.run_id._as_engine(self.env.user)
        line = self.with_env(engine.env)
        line.partner_id.exists().lock_for_update(allow_referencing=True)
        used = engine._get_used(line) if line._is_created() else set()
        going = engine._undo_line(line, used, alone=True)
        self.env.flush_all()
        going.unlink()


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _economic_restore(self, columns):
        """Put back columns as PostgreSQL had them; what Odoo computes follows by itself.

        :param columns: {column: value}; for a company-dependent field {company id: value}, for a
            translated one {language: text}
        """
        self.ensure_one()
        plain = {}
        for column, value in columns.items():
            field = self._fields.get(column)
            if not field or (field.compute and field.readonly):
                continue
            if field.company_dependent:
                # In sudo mode: the value of every company, and there are few of them.
                for company in self.env['res.company'].sudo().search([('id', '!=', False)]):
                    self.with_company(company)[column] = (value or {}).get(str(company.id), False)
            elif field.translate and value:
                self.update_field_translations(column, value)
            else:
                plain[column] = value if value is not None else False
        # An address must not be carried on to contacts: theirs are put back one by one.
        self._update_address(plain)
        rest = {name: value for name, value in plain.items() if name not in self._address_fields()}
        if rest:
            self.write(rest)
