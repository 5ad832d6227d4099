import secrets
from urllib.parse import urlencode

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools import consteq, hash_sign, verify_hash_signed

COOKIE = 'economic_grant'
MINUTES = 30
LOCALES = {'da': 'da-DK', 'sv': 'sv-SE', 'nb': 'nb-NO'}


class Grant(http.Controller):
    """To e-conomic's grant page and back.

    e-conomic brings back no state of ours, so it stands in the address it returns to, and once more
    in a signed cookie: an address that somebody else made up, or for another browser, is refused.
    """

    @http.route('/economic/access/<int:agreement_id>', type='http', auth='user', methods=['GET'])
    def leave(self, agreement_id):
        """Send the browser to the page on which access is granted."""
        agreement = request.env['economic.agreement'].browse(agreement_id).exists()
        if not agreement:
            raise request.not_found()
        agreement._check_new_access(['agreement_grant_token'])
        state = secrets.token_urlsafe(24)
        words = urlencode(
            {
                'appPublicToken': agreement.app_public_token or '',
                'redirectUrl': f'{request.httprequest.host_url}economic/grant/{state}',
                'locale': LOCALES.get((request.env.user.lang or '')[:2], 'en-US'),
            }
        )
        response = request.redirect(f'{agreement._get_grant_page()}?{words}', local=False)
        # In sudo mode: the database's secret signs it.
        signed = hash_sign(
            request.env(su=True),
            COOKIE,
            [state, agreement.id, request.env.uid],
            expiration_hours=MINUTES / 60,
        )
        response.set_cookie(
            COOKIE,
            signed,
            max_age=MINUTES * 60,
            expires=None,
            path='/economic/grant',
            secure=request.httprequest.scheme == 'https',
            httponly=True,
            samesite='Lax',
        )
        return response

    @http.route('/economic/grant/<string:state>', type='http', auth='user', methods=['GET'])
    def arrive(self, state, token='', grant_token='', **_others):
        """Take the token out of the address, store it, and go on to the agreement."""
        agreement = self._agreement(state)
        given = (token or grant_token).strip()
        if not agreement or not given:
            return self._finish(
                self._render(request.env._("This page was not reached by way of Get access."))
            )
        try:
            agreement._take_grant(given)
        except (UserError, AccessError) as error:
            return self._finish(self._render(str(error)))
        return self._finish(request.redirect(f'/odoo/economic-agreements/{agreement.id}'))

    def _agreement(self, state):
        """Return the agreement that this browser has asked access for, or nothing."""
        try:
            # In sudo mode: the database's secret signs it.
            known = verify_hash_signed(
                request.env(su=True), COOKIE, request.cookies.get(COOKIE, '')
            )
        except (ValueError, IndexError):
            return None
        if not known or known[2] != request.env.uid or not consteq(known[0], state):
            return None
        return request.env['economic.agreement'].browse(known[1]).exists()

    def _render(self, message):
        response = request.render(
            'economic_connector.grant_refused', {'message': message}, status=400
        )
        response.flatten()
        return response

    def _finish(self, response):
        """Use up the cookie, and let neither caches nor the next page know the address."""
        response.set_cookie(COOKIE, '', max_age=0, expires=None, path='/economic/grant')
        response.headers['Cache-Control'] = 'no-store'
        response.headers['Referrer-Policy'] = 'no-referrer'
        return response
