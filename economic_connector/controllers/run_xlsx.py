from odoo import http
from odoo.http import content_disposition, request

TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class RunXlsx(http.Controller):
    @http.route(
        '/economic_connector/run/<int:run_id>/xlsx', type='http', auth='user', readonly=True
    )
    def download(self, run_id):
        """Hand out the list of a run to whoever may import."""
        run = request.env['economic.run'].browse(run_id).exists()
        if not run:
            raise request.not_found()
        run._check_manager()
        name = f'{run.display_name}.xlsx'
        return request.make_response(
            run._make_xlsx(),
            headers=[
                ('Content-Type', TYPE),
                ('Content-Disposition', content_disposition(name)),
            ],
        )
