from odoo import models


class EconomicMatchKey(models.Model):
    """Say in words what the matcher says in codes."""

    _inherit = 'economic.match.key'

    def _in_words(self, evidence):
        """Return the evidence of a link as a sentence, strongest first.

        :param evidence: list of {'code', 'weight', 'left', 'right'}
        """
        words = self._get_evidence_words()
        telling = sorted(evidence or [], key=lambda item: -abs(item['weight']))
        said = (words.get(item['code']) for item in telling)
        return ", ".join(dict.fromkeys(filter(None, said))) or False

    def _get_evidence_words(self):
        """Return {code of evidence: words}; no words for what tells a person nothing."""
        return {
            'population': False,
            'registry_equal': self.env._("same company number"),
            'registry_differs': self.env._("another company number"),
            'p_number_equal': self.env._("same P-number"),
            'p_number_differs': self.env._("another P-number"),
            'vat_equal': self.env._("same VAT number"),
            'vat_differs': self.env._("another VAT number"),
            'gln_equal': self.env._("same EAN"),
            'gln_differs': self.env._("another EAN"),
            'ref_equal': self.env._("same customer number"),
            'ref_differs': self.env._("another customer number"),
            'phone_equal': self.env._("same phone"),
            'phone_differs': self.env._("another phone"),
            'email_equal': self.env._("same e-mail"),
            'domain_equal': self.env._("same web domain"),
            'name_equal': self.env._("same name"),
            'name_similar': self.env._("similar name"),
            'name_words': self.env._("name shares words"),
            'name_differs': self.env._("another name"),
            'address_equal': self.env._("same address"),
            'street_equal': self.env._("same street"),
            'street_elsewhere': self.env._("same street in another town"),
            'street_differs': self.env._("another street"),
            'town_equal': self.env._("same town"),
            'city_equal': self.env._("same city"),
            'town_near': self.env._("near"),
            'town_differs': self.env._("another town"),
            'form_differs': self.env._("another legal form"),
            'form_missing': self.env._("legal form missing on one side"),
            'country_differs': self.env._("another country"),
            'kind_differs': self.env._("one may be a person"),
            'archived': self.env._("archived"),
        }

    def _get_reason_words(self):
        """Return {reason of a decision: words}."""
        return {
            'linked': self.env._("already linked"),
            'hard_key': self.env._("the only company with this number"),
            'keys_disagree': self.env._("its numbers belong to several companies"),
            'numbers_differ': self.env._("alike, but with another company number"),
            'weak': self.env._("some likeness, not enough"),
            'close': self.env._("several are alike"),
            'kind': self.env._("one may be a person, the other a company"),
            'apart': self.env._("much agrees, but the name is another"),
            'clear': self.env._("clearly the likeliest"),
            'duplicate': self.env._("the company is there twice"),
            'archived': self.env._("the company is archived"),
            'address_of_company': self.env._("an address of the company"),
            'department': self.env._("a department of the company"),
            'taken': self.env._("belongs to another debtor"),
            'shared': self.env._("wanted by another debtor too"),
        }
