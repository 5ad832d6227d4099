from odoo.tests import tagged

from ..models import lease
from .common import EconomicCase


@tagged('post_install', '-at_install')
class TestLease(EconomicCase):
    def setUp(self):
        super().setUp()
        self.enterContext(self.enter_registry_test_mode())
        self.cr = self.enterContext(self.registry.cursor())
        self.agreement_here = self.agreement.with_env(self.env(cr=self.cr))

    # Not assertRaises: its savepoint would not survive a commit.
    def _takes(self, owner):
        try:
            return lease.take(self.agreement_here, owner)
        except lease.LeaseTakenError:
            return False

    def _renews(self, fence):
        try:
            lease.renew(self.agreement_here, fence)
        except lease.LeaseLostError:
            return False
        return True

    def _age(self):
        self.cr.execute(
            "UPDATE economic_agreement SET lease_until = now() AT TIME ZONE 'utc' - interval '1 s'"
        )

    def test_a_second_runner_is_refused_while_the_first_is_alive(self):
        lease.take(self.agreement_here, 'page:1')
        self.assertFalse(self._takes('page:2'))

    def test_a_released_lease_is_free(self):
        fence = lease.take(self.agreement_here, 'page:1')
        lease.release(self.agreement_here, fence)
        self.assertGreater(lease.take(self.agreement_here, 'page:2'), fence)

    def test_an_expired_lease_is_taken_over_and_the_old_owner_stores_nothing_more(self):
        old = lease.take(self.agreement_here, 'page:1')
        self._age()
        new = lease.take(self.agreement_here, 'page:2')
        self.assertFalse(self._renews(old))
        self.assertTrue(self._renews(new))

    def test_a_late_release_does_not_take_the_lease_from_its_new_owner(self):
        old = lease.take(self.agreement_here, 'page:1')
        self._age()
        lease.take(self.agreement_here, 'page:2')
        lease.release(self.agreement_here, old)
        self.assertFalse(self._takes('page:3'))

    def test_the_lease_of_a_dead_process_is_free_at_once(self):
        owner = lease.command_line_owner()
        dead = owner.rpartition(':')[0] + ':999999999'
        lease.take(self.agreement_here, dead)
        lease.take(self.agreement_here, 'page:1')

    def test_the_lease_of_a_living_process_is_not(self):
        lease.take(self.agreement_here, lease.command_line_owner())
        self.assertFalse(self._takes('page:1'))

    def test_the_lease_of_a_scheduled_action_is_free_when_nothing_holds_its_row(self):
        lease.take(self.agreement_here, 'cron:sync')
        lease.take(self.agreement_here, 'page:1')
