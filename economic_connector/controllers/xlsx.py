from odoo import http
from odoo.http import content_disposition, request

TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'


class Xlsx(http.Controller):
    @http.route(
        '/economic_connector/run/<int:run_id>/xlsx', type='http', auth='user', readonly=True
    )
    def download_run(self, run_id):
        """Hand out the list of a run to whoever may import."""
        run = request.env['economic.run'].browse(run_id).exists()
        if not run:
            raise request.not_found()
        run._check_manager()
        return self._answer(run.display_name, run._make_xlsx())

    @http.route(
        '/economic_connector/campaign/<int:campaign_id>/xlsx',
        type='http',
        auth='user',
        readonly=True,
    )
    def download_campaign(self, campaign_id):
        """Hand out the addresses of a campaign's members to whoever may change members."""
        campaign = request.env['utm.campaign'].browse(campaign_id).exists()
        if not campaign:
            raise request.not_found()
        return self._answer(campaign.title, campaign._economic_make_xlsx())

    def _answer(self, name, content):
        return request.make_response(
            content,
            headers=[
                ('Content-Type', TYPE),
                ('Content-Disposition', content_disposition(f'{name}.xlsx')),
            ],
        )
