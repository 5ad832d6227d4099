from markupsafe import Markup

from odoo import models

LISTED = 200  # kept edits that the dialog names; the run names them all afterwards
BATCH = 500
COUNTS = ('delete_count', 'archive_count', 'restore_count', 'unlink_count', 'kept_count')


class EconomicRun(models.Model):
    """What undoing would do, counted without doing it."""

    _inherit = 'economic.run'

    def _preview_undo(self):
        """Return the counts, and as a table what would not be put back in full."""
        self._check_manager()
        # In sudo mode: whoever may undo sees what becomes of every company of the run.
        run = self.sudo()
        ids = self.env['economic.run.line'].sudo().search(run._get_undoable()).ids
        lines = self.env['economic.run.line'].sudo().browse(ids)
        referenced = run._get_used(lines.filtered(lambda line: line._is_created()))
        counts = dict.fromkeys(COUNTS, 0)
        kept = []
        for start in range(0, len(lines), BATCH):
            for line in lines[start : start + BATCH]:
                verdicts = run._judge_undo(line, referenced)
                _count(counts, line, verdicts)
                if (verdicts.kept or verdicts.fate == 'archive') and len(kept) < LISTED:
                    kept.append((line.partner_id.display_name, verdicts.in_words(self.env)))
            lines.invalidate_recordset(['undo'])
        rows = Markup().join(
            Markup('<tr><td>%s</td><td>%s</td></tr>') % (name or '', words) for name, words in kept
        )
        table = Markup('<table class="table table-sm">%s</table>') % rows if rows else False
        return counts | {'kept_list': table}


def _count(counts, line, verdicts):
    counts['delete_count'] += verdicts.fate == 'delete'
    counts['archive_count'] += verdicts.fate == 'archive'
    counts['restore_count'] += bool(verdicts.restore)
    counts['unlink_count'] += line.state == 'linked' and not verdicts.restore
    counts['kept_count'] += bool(verdicts.kept)
