import re
import time

from odoo import models
from odoo.exceptions import UserError

from ..client import WaitError
from . import lease
from .asking import SecretWanted, with_typed
from .economic_run import WORKING

STEP = 8  # seconds until the page hears how far it is and asks for the next step
LONGEST = 30  # seconds; a web server in front of Odoo gives up at twice that
PAGE_NAME = re.compile('[0-9a-f]{16,64}')


class EconomicRun(models.Model):
    """A run whose agreement asks for its secrets is driven step by step, by the page that has them.

    Closing the page pauses the run; whoever continues is asked.
    """

    _inherit = 'economic.run'

    def step(self, page='', seconds=STEP):
        """Work for some seconds with the secrets in the context of this call.

        :param str page: a name that the calling page has made up for itself
        :return: how far it is, or the dialog that asks for a secret
        """
        run = with_typed(self)
        run._check_manager()
        if not self._is_driven_by_pages():
            raise UserError(self.env._("Nothing is left to do here."))
        if not PAGE_NAME.fullmatch(page):
            raise UserError(self.env._("Open this import again."))
        deadline = time.monotonic() + min(max(seconds, 1), LONGEST)
        wait, taken = 0, False
        try:
            # The user is part of the owner's name, so that nobody takes another one's lease.
            run._drive(owner=f'{lease.PAGE}:{self.env.uid}:{page}', deadline=deadline)
        except SecretWanted as wanted:
            wanted.drives = True
            return wanted.as_action(self, 'action_resume', [])
        except WaitError as error:
            wait = error.seconds
        except lease.LeaseTakenError:
            taken = True
        return self.get_progress() | {'wait': wait, 'taken': taken}

    def _is_driven_by_pages(self):
        return self.state in WORKING and bool(self.sudo().agreement_id._get_missing_secrets())

    def _get_driver(self):
        """Return the user whose page drives this run just now."""
        agreement = self.sudo().agreement_id
        kind, _, rest = (agreement.lease_owner or '').partition(':')
        if kind != lease.PAGE or not agreement.lease_until > self.env.cr.now():
            return self.env['res.users']
        return self.env['res.users'].browse(int(rest.partition(':')[0]))

    def _check_free(self):
        driver = self._get_driver()
        if driver:
            raise UserError(
                self.env._("%s lets this import go on in another window.", driver.sudo().name)
            )

    def _get_page_progress(self):
        """Return what a page has to know to drive this run, or to say why nobody does."""
        asked = self._is_driven_by_pages()
        driver = self._get_driver() if asked else self.env['res.users']
        return {
            'agreement': self.agreement_id.id,
            'asked': asked,
            'offline': self._is_offline(self.state),
            'driver': driver.sudo().name,
        }
