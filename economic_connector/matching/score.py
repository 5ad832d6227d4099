"""Add up the evidence for many pairs of records at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log
from operator import attrgetter

import numpy as np

from .keys import MAX_VALUE, address_key
from .normal import Normal
from .party import Population
from .table import Bools, Floats, Interner, Ints, Ragged, Table, among
from .weights import WEIGHTS, Weights
from .words import Words, alike, overlap

# What the evidence of a group can be called; a group's code is an index into its names.
NAMES = ('name_differs', 'name_words', 'name_similar', 'name_equal')
FORMS = ('', 'form_missing', 'form_differs')
STREETS = ('', 'street_differs', 'street_equal', 'street_elsewhere', 'address_equal')
TOWNS = ('', 'town_differs', 'town_near', 'city_equal', 'town_equal')
MAILS = ('', 'domain_equal', 'email_equal')
NUMBERS = ('registry', 'p_number', 'vat', 'gln', 'ref')


@dataclass(slots=True)
class Group:
    """Hold one kind of evidence for all pairs: its weight, and which of its names applies."""

    names: tuple[str, ...]
    weight: Floats
    code: Ints


@dataclass(slots=True)
class Names:
    """Hold what the rules ask about the names of all pairs.

    `share` is how much of their information agrees, 0 to 1; `strict` the same, but words that both
    sides have and that differ count more than words that one side lacks. `apart` are names that a
    number or a purpose tells apart: "Butik 12", "Holding"; their shares are 0.
    """

    share: Floats
    strict: Floats
    apart: Bools


@dataclass(slots=True)
class Scores:
    """Hold the scores of all pairs, what they are made of, and what the rules ask for."""

    total: Floats
    groups: tuple[Group, ...]
    names: Names
    address_agrees: Bools
    address_differs: Bools

    def code(self, name: str) -> Ints:
        """Return the codes of the group that has an evidence of this name."""
        return next(group.code for group in self.groups if name in group.names)


def score(
    left: Sequence[Normal],
    right: Sequence[Normal],
    i: Ints,
    j: Ints,
    population: Population,
    w: Weights = WEIGHTS,
) -> Scores:
    """Score the pairs (left[i[i]], right[j[i]]): the sum of evidence less ln N."""
    intern = Interner()
    a = Table(left, intern)
    b = a if right is left else Table(right, intern)
    pairs = _Pairs(a, b, i, j, intern, population, w)
    town, town_group = pairs.town()
    name_group, names = pairs.name(town)
    street_group, address_agrees = pairs.street(town, town_group)
    groups = [name_group, pairs.form(), street_group, town_group, pairs.country()]
    groups += [pairs.equal(kind) for kind in NUMBERS]
    groups += [pairs.phone(), pairs.mail(), pairs.kind(), pairs.archived()]
    total = -pairs.log_size + sum((g.weight for g in groups), np.zeros(len(i)))
    address_differs = (street_group.code == 1) | (town_group.code == 1)
    return Scores(total, tuple(groups), names, address_agrees, address_differs)


class _Pairs:
    """Compare pairs field by field."""

    def __init__(
        self,
        a: Table,
        b: Table,
        i: Ints,
        j: Ints,
        intern: Interner,
        population: Population,
        w: Weights,
    ) -> None:
        self.a, self.b, self.i, self.j, self.w = a, b, i, j, w
        self.texts = list(intern.numbers)
        self.counts = population.counts
        self.size = max(population.size, 2)
        self.log_size = log(self.size)
        # A department has an address of its own: that it differs from the company's says nothing.
        self.unit = a.unit[i] != b.unit[j]

    def information(self, kind: str, texts: Sequence[str]) -> Floats:
        """Return ln(N / how many partners have it); what is not counted is as rare as can be."""
        counts = self.counts
        found = np.array([counts.get((kind, text[:MAX_VALUE]), 1) for text in texts], np.float64)
        return np.log(self.size / np.clip(found, 1, self.size))

    def rarity(self, kind: str, text: Callable[[Normal], str], where: Bools) -> Floats:
        """Return the information of a text of the left records where it is asked for, else 0."""
        found = np.zeros(len(self.i))
        used, place = np.unique(self.i[where], return_inverse=True)
        texts = [text(self.a.records[n]) for n in used.tolist()]
        found[where] = self.information(kind, texts)[place]
        return found

    def column(self, name: str) -> tuple[Ints, Ints, Bools, Bools]:
        """Return both sides' values of a column, whether both have one, and whether they agree."""
        left = getattr(self.a, name)[self.i]
        right = getattr(self.b, name)[self.j]
        both = (left > 0) & (right > 0)
        return left, right, both, both & (left == right)

    def town(self) -> tuple[Bools, Group]:
        """Compare postcode and city; tell who is in the same town."""
        w = self.w
        _, _, has_zip, zip_equal = self.column('zip')
        _, _, has_city, city_equal = self.column('city')
        near = self.column('area')[3]
        code = np.select([zip_equal, city_equal, near, has_zip | has_city], [4, 3, 2, 1], 0)
        worth = np.array([0.0, w.town_differs, w.town_near, w.city_equal, w.town_equal])
        weight = np.where(self.unit, np.maximum(worth[code], 0.0), worth[code])
        return zip_equal | city_equal, Group(TOWNS, weight, code)

    def name(self, town: Bools) -> tuple[Group, Names]:
        """Compare names word by word."""
        w, a, b, i, j = self.w, self.a, self.b, self.i, self.j
        used = np.unique(np.concatenate([a.words.values, b.words.values]) // 2)
        texts = [self.texts[number] for number in used.tolist()]
        words = Words.of(len(self.texts), used, texts, self.information('word', texts))
        found = overlap(a, b, i, j, words, town, w)
        low = np.minimum(found.only_left, found.only_right)
        high = np.maximum(found.only_left, found.only_right)
        squash_equal = (a.name[i] == b.name[j]) & (a.name[i] > 0)
        equal = squash_equal | ((high < 1e-9) & (found.agreed > 0))
        apart = (found.purpose_differs | found.number_differs) & ~equal
        rarity = self.rarity('name', lambda n: ''.join(n.name.words + n.name.added), squash_equal)
        # How many have the name tells how few can be meant, however rare its words are.
        shared = np.where(squash_equal, self.log_size - rarity, 0.0)
        agreed = np.where(squash_equal & (high > 0), rarity, found.agreed)
        lost = w.word_missing * (high - low) + 2 * w.word_conflict * low
        share = found.agreed / np.maximum(found.agreed + low + high, 1e-9)
        nearly = w.nearly_equal * np.clip((share - w.nearly_least) / (1 - w.nearly_least), 0.0, 1.0)
        different = nearly - np.minimum(lost, w.lost_cap)
        different += np.where(found.number_differs, w.number_differs, 0.0)
        different += np.where(found.purpose_differs, w.purpose_differs, 0.0)
        different += np.where(found.agreed <= 0, w.no_word, 0.0)
        worth = np.minimum(agreed, w.name_cap * self.log_size)
        worth += np.where(equal, w.name_equal - w.name_shared * shared, different)
        worth = np.where((a.name[i] == 0) | (b.name[j] == 0), 0.0, worth)
        share = np.where(equal, 1.0, share)
        code = np.select([equal, share >= w.name_agrees, share > 0], [3, 2, 1], 0)
        conflict = found.agreed + high + w.duplicate_conflict * low
        strict = np.where(equal, 1.0, found.agreed / np.maximum(conflict, 1e-9))
        names = Names(np.where(apart, 0.0, share), np.where(apart, 0.0, strict), apart)
        return Group(NAMES, worth, code), names

    def form(self) -> Group:
        """Compare legal forms."""
        left, right, both, equal = self.column('form')
        code = np.select([both & ~equal, left != right], [2, 1], 0)
        return Group(FORMS, np.array([0.0, self.w.form_missing, self.w.form_differs])[code], code)

    def street(self, town: Bools, towns: Group) -> tuple[Group, Bools]:
        """Compare streets and house numbers; an equal address contains the equal town."""
        w, a, b, i, j = self.w, self.a, self.b, self.i, self.j
        _, _, both, equal = self.column('street')
        _, _, has_number, number_equal = self.column('number')
        # With the number a street may be misspelt; without it, it may be another one.
        at = np.flatnonzero(both & ~equal & town & number_equal)
        texts_l, texts_r = a.street_text[i[at]].tolist(), b.street_text[j[at]].tolist()
        equal[at] = alike(texts_l, texts_r, w.street_similar) > 0
        _, _, has_letter, letter_equal = self.column('letter')
        whole = equal & number_equal & town
        code = np.select([whole, equal & number_equal, equal & town, both], [4, 3, 2, 1], 0)
        rarity = self.rarity('address', address_key, whole)
        information = np.minimum(rarity, w.address_cap * self.log_size)
        on_street = np.where(has_number, w.street_only + w.number_only_differs, w.street_only)
        worth = np.select(
            [code == 4, code == 3, code == 2, code == 1],
            [
                np.maximum(information - towns.weight, 0.0),
                w.street_only,
                on_street,
                w.street_differs,
            ],
            0.0,
        )
        worth = np.where(self.unit, np.maximum(worth, 0.0), worth)
        letter_differs = (code >= 3) & has_letter & ~letter_equal
        with_letter: Floats = worth + letter_differs * w.letter_differs
        return Group(STREETS, with_letter, code), whole

    def country(self) -> Group:
        """Compare countries."""
        _, _, both, equal = self.column('country')
        return _flag('country_differs', both & ~equal, self.w.country_differs)

    def equal(self, kind: str) -> Group:
        """Compare a number that a record has or has not."""
        _, _, both, equal = self.column(kind)
        information = self.rarity(kind, attrgetter(kind), equal)
        differs = getattr(self.w, f'{kind}_differs', 0.0)
        worth = np.where(equal, getattr(self.w, f'{kind}_equal') * information, both * differs)
        code = np.where(equal, 2, (both & (differs < 0)).astype(np.int64))
        return Group(('', f'{kind}_differs', f'{kind}_equal'), worth, code)

    def shared(self, left: Ragged, right: Ragged, kind: str) -> tuple[Floats, Bools]:
        """Return the information of the rarest value that both have, and whether both have any."""
        pair_l, value_l = left.take(self.i)
        pair_r, value_r = right.take(self.j)
        best = np.zeros(len(self.i))
        size = len(self.texts)
        hit = among(pair_l * size + value_l, pair_r * size + value_r)
        if hit.any():
            texts = [self.texts[value] for value in value_l[hit].tolist()]
            np.maximum.at(best, pair_l[hit], np.maximum(self.information(kind, texts), 0.1))
        return best, (left.length[self.i] > 0) & (right.length[self.j] > 0)

    def phone(self) -> Group:
        """Compare phone numbers."""
        best, both = self.shared(self.a.phones, self.b.phones, 'phone')
        code = np.where(best > 0, 2, both.astype(np.int64))
        worth = np.where(best > 0, self.w.phone_equal * best, both * self.w.phone_differs)
        return Group(('', 'phone_differs', 'phone_equal'), worth, code)

    def mail(self) -> Group:
        """Compare e-mail addresses, or else the domains of mail and web."""
        email, _ = self.shared(self.a.emails, self.b.emails, 'email')
        host, _ = self.shared(self.a.domains, self.b.domains, 'domain')
        code = np.select([email > 0, host > 0], [2, 1], 0)
        by_email, by_host = self.w.email_equal * email, self.w.domain_equal * host
        worth: Floats = np.select([code == 2, code == 1], [by_email, by_host], 0.0)
        return Group(MAILS, worth, code)

    def kind(self) -> Group:
        """Tell a person from a company."""
        differs = self.a.is_company[self.i] != self.b.is_company[self.j]
        return _flag('kind_differs', differs, self.w.kind_differs)

    def archived(self) -> Group:
        """Prefer the live one of two alike."""
        return _flag('archived', ~self.b.active[self.j], self.w.archived)


def _flag(name: str, applies: Bools, weight: float) -> Group:
    return Group(('', name), np.where(applies, weight, 0.0), applies.astype(np.int64))


def score_within(
    records: Sequence[Normal], pairs: Sequence[tuple[int, int]], population: Population, w: Weights
) -> Scores:
    """Score pairs of records of one table, given by their places; only these are looked at."""
    used = sorted({place for pair in pairs for place in pair})
    at = {place: n for n, place in enumerate(used)}
    some = [records[place] for place in used]
    i, j = np.array([(at[one], at[other]) for one, other in pairs], np.int64).reshape(-1, 2).T
    return score(some, some, i, j, population, w)
