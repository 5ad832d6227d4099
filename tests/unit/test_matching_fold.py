"""Spellings that must come out as one: letters, legal forms, numbers, phones, streets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.address import read_address, read_street
from matching.fold import fold, split_name, words_of
from matching.identifiers import domain_of, gln_of, phones_of, registry_of, vat_of
from matching.names import read_name
from matching.normal import normalise
from matching.party import Party

LETTERS = 'abcdefghijklmnopqrstuvwxyzæøåäöüéß'


@pytest.mark.parametrize(
    'spellings',
    [
        ('Århus', 'Aarhus', 'ÅRHUS', 'AARHUS', 'A\u030arhus', 'Arhus'),
        ('Smørrebrød', 'Smoerrebroed', 'SMØRREBRØD', 'Smörrebröd'),
        ('Lærke', 'Laerke', 'LÆRKE', 'Lärke'),
        ('Müller', 'Mueller', 'Muller'),
        ('Café', 'CAFE', 'Cafe\u0301', 'Caf&eacute;'),
        ('Sørens', "Søren's", 'Søren’s', 'Søren´s', 'Søren`s'),
        ('Straße', 'Strasse'),
    ],
)
def test_letters_have_one_form(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    'spellings',
    [
        ('Hansen & Søn', 'Hansen og Søn', 'Hansen and Son', 'HANSEN + SØN', 'Hansen &amp; Søn'),
        ('A.P. Møller', 'A P Møller', 'AP Møller'),
        ('Bo-Bedre', 'Bo Bedre', 'BO BEDRE.'),
    ],
)
def test_names_have_one_form(spellings: tuple[str, ...]) -> None:
    assert len({tuple(split_name(spelling)[0]) for spelling in spellings}) == 1


def test_an_abbreviation_of_vowels_stays() -> None:
    assert words_of(fold('AAA Service')) == ['aaa', 'service']


@pytest.mark.parametrize(
    ('form', 'spellings'),
    [
        ('as', ('A/S', 'AS', 'a/s', 'Aktieselskab', 'Aktieselskabet', 'A.S.', 'Aksjeselskap')),
        ('aps', ('ApS', 'APS', 'A.p.S.', 'Anpartsselskab', 'Anpartsselskabet')),
        ('is', ('I/S', 'i/s', 'Interessentskab')),
        ('ks', ('K/S', 'Kommanditselskab')),
        ('ps', ('P/S', 'Partnerselskab')),
        ('amba', ('A.M.B.A.', 'Amba', 'a.m.b.a')),
        ('ab', ('AB', 'Aktiebolag', 'AB (publ)')),
        ('oy', ('Oy', 'Oyj', 'Osakeyhtiö')),
        ('gmbh', ('GmbH', 'G.m.b.H.', 'mbH')),
        ('ag', ('AG', 'Aktiengesellschaft')),
        ('ltd', ('Ltd.', 'Limited', 'LTD')),
        ('inc', ('Inc.', 'Incorporated', 'Corp.', 'Corporation')),
    ],
)
def test_a_legal_form_is_told_apart(form: str, spellings: tuple[str, ...]) -> None:
    for spelling in spellings:
        assert split_name(f'Nordisk Møbel {spelling}') == (['nordisk', 'mobel'], form), spelling


def test_a_legal_form_may_stand_first() -> None:
    assert split_name('A/S Nordisk Møbel') == (['nordisk', 'mobel'], 'as')


def test_ice_cream_is_no_partnership() -> None:
    assert split_name('Is & Kaffe ApS')[0] == ['is', 'kaffe']


def test_a_name_of_nothing_but_a_form_keeps_it() -> None:
    assert split_name('Aps')[0] == ['aps']


def test_owner_and_department_are_only_added() -> None:
    owner = read_name('Hansen VVS v/Jens Hansen')
    assert (owner.words, owner.added) == (('hansen', 'vvs'), ('jens', 'hansen'))
    assert not owner.department
    unit = read_name('Hansen VVS ApS, afd. Odense')
    assert (unit.words, unit.added, unit.department) == (('hansen', 'vvs'), ('odense',), True)
    assert unit.form == 'aps'


@pytest.mark.parametrize(
    'text',
    ['13585628', 'DK13585628', 'dk 13 58 56 28', 'DK-13585628', '13.58.56.28', 'CVR 13585628',
     'CVR-nr. 13 58 56 28', 'CVR DK13585628'],
)  # fmt: skip
def test_a_cvr_number_has_one_form(text: str) -> None:
    assert registry_of(text, country='DK') == '13585628'
    assert registry_of(text) == '13585628'


@pytest.mark.parametrize('text', ['13585627', '1358562', '', '-', '00000000', 'DK 12345678'])
def test_a_cvr_number_with_a_wrong_checksum_is_none(text: str) -> None:
    assert registry_of(text, country='DK') == ''


def test_a_vat_number_stands_in_for_the_company_number() -> None:
    assert registry_of('', 'DK13585628') == '13585628'
    assert registry_of('', '13585628', 'DK') == '13585628'
    assert registry_of('', 'NO 923 609 016 MVA') == '923609016'
    assert registry_of('', 'SE556012579001') == '5560125790'
    assert registry_of('', 'DE136695976') == ''
    assert vat_of('de 136 695 976') == 'DE136695976'
    assert vat_of('DE136695975') == ''


def test_a_gln_must_have_its_check_digit() -> None:
    assert gln_of('5790000000012') == gln_of('57 90000 00001 2') == '5790000000012'
    assert gln_of('5790000000013') == gln_of('579000000001') == ''


@pytest.mark.parametrize(
    'text',
    ['66123456', '+45 66 12 34 56', '0045 66123456', '(+45) 6612 3456', 'Tlf.: 66-12-34-56',
     '45 66 12 34 56'],
)  # fmt: skip
def test_a_phone_has_one_form(text: str) -> None:
    assert phones_of(text) == ['66123456']


def test_two_phones_in_one_field_are_two() -> None:
    assert phones_of('66 12 34 56 / 40 12 34 56') == ['66123456', '40123456']
    assert phones_of('00000000') == phones_of('112') == []


def test_public_hosts_say_nothing() -> None:
    assert domain_of('info@hansenvvs.dk') == domain_of('https://www.hansenvvs.dk/kontakt')
    assert domain_of('www.HansenVVS.dk') == 'hansenvvs.dk'
    assert domain_of('hansen@gmail.com') == domain_of('https://facebook.com/hansenvvs') == ''


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ('Nørregade 12 B, 2. th.', 'NOERREGADE 12b'),
        ('Vestergade 12', 'Vestergaden 12'),
        ('Ved Åen 3', 'Ved Aaen 3'),
        ('Gl. Kongevej 10', 'Gamle Kongevej 10'),
        ('Storgata 5', 'Storgaten 5'),
        ('Kirkeveien 51', 'Kirkevei 51'),
        ('435 S. La Cienega Blvd.', '435 La Cienega Boulevard'),
        ('c/o Hansen\nVestergade 12', 'Vestergade 12'),
        ('1. Maj Plads 3', '1.maj plads 3'),
    ],
)
def test_a_street_has_one_form(one: str, other: str) -> None:
    assert read_street(one)[0] == read_street(other)[0]
    assert read_street(one)[2] == read_street(other)[2] != ''


def test_house_numbers_and_letters_tell_apart() -> None:
    assert read_street('Vestergade 12')[2] == '12'
    assert read_street('Vestergade 12A')[3] == 'a'
    assert read_street('Vestergade 12, 2. tv')[4] == '2tv'


def test_parts_in_the_wrong_field_are_put_right() -> None:
    right = read_address('Vestergade 12', '5000', 'Odense')
    assert read_address('Vestergade 12', '', '5000 Odense C') == right
    assert read_address('Vestergade', '12', '5000 Odense') == right
    assert read_address('Vestergade 12', 'DK-5000', 'ODENSE SØ') == right


@given(st.text(max_size=60))
def test_folding_twice_is_folding(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(LETTERS + ' -.&/', max_size=40))
def test_folding_does_not_care_for_case(text: str) -> None:
    assert fold(text.upper()) == fold(text) == fold(text.title())


@given(st.lists(st.sampled_from(['bå', 'dø', 'kæ', 'lü', 'n', 't', ' ']), max_size=12).map(''.join))
def test_the_other_spelling_folds_alike(text: str) -> None:
    other = text.replace('å', 'aa').replace('æ', 'ae').replace('ø', 'oe').replace('ü', 'ue')
    assert fold(other) == fold(text)


def test_several_addresses_in_one_field_are_several() -> None:
    text = 'Info@HansenVVS.dk; Jens <jens@hansenvvs.dk>,hansen@gmail.com'
    found = normalise(Party(1, 'Hansen VVS', emails=(text,)))
    assert found.emails == ('info@hansenvvs.dk', 'jens@hansenvvs.dk', 'hansen@gmail.com')
    assert found.domains == ('hansenvvs.dk',)
