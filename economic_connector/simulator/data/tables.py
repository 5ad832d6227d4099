"""Words that companies, people and places are made of."""

from __future__ import annotations

from typing import NamedTuple

FIRST_NAMES = (
    'Anders Anne Bente Birgit Bjørn Bo Camilla Carsten Charlotte Dorthe Else Erik Flemming Freja '
    'Gitte Hanne Helle Henning Inger Jens Jørgen Karen Kirsten Kjeld Lars Lene Line Mads Margit '
    'Mette Mogens Morten Niels Ole Pernille Peter Pia Poul Preben Rasmus Rikke Signe Søren Susanne '
    'Tage Thomas Tina Torben Ulla Villy Vibeke Åge Åse Mohammed Aisha Łukasz René Zoë'
).split()

SURNAMES = (
    'Jensen Nielsen Hansen Pedersen Andersen Christensen Larsen Sørensen Rasmussen Jørgensen '
    'Petersen Madsen Kristensen Olsen Thomsen Christiansen Poulsen Johansen Møller Mortensen '
    'Knudsen Jakobsen Mikkelsen Lund Holm Schmidt Eriksen Østergaard Kjær Skov Bach Bruun Dahl '
    'Kjeldsen Ravn Nygaard Søndergaard Vestergaard Åkjær Bjerregaard Toft Friis Gram Hedegaard '
    'Iversen Juhl Krogh Lauritsen Munk Nørgaard Overgaard Præst Quist Riis Steffensen Trøjborg '
    'Ulstrup Villadsen Winther Ørum Aagaard Bødker'
).split()

TRADES = (
    'VVS|El-Service|Tømrerforretning|Murerforretning|Malerfirma|Autoværksted|Bageri|Slagteri|'
    'Blomster|Bogtrykkeri|Cykler|Ejendomme|Entreprenørforretning|Fiskeeksport|Gartneri|Glarmester|'
    'Hotel|Isolering|Kloakservice|Kølemontage|Landbrug|Maskinfabrik|Møbelfabrik|Optik|Planteskole|'
    'Rengøring|Revision|Rørteknik|Savværk|Smedje|Stålindustri|Transport|Trælast|Vinduespolering|'
    'Vognmandsforretning|Ventilation|Webbureau|Økologi|Ådal Camping|Handel|Import|Consult|Finans|'
    'Invest|Holding|Byg|Data|Logistik|Kontorartikler|Emballage'
).split('|')

CRAFTS = (
    'Murermester|Tømrermester|Malermester|Vognmand|Advokatfirmaet|Restaurant|Tandlæge|Arkitekt|'
    'Fotograf|Guldsmed|Landinspektør|Skorstensfejermester|Kørelærer|Smedemester'
).split('|')

REGIONS = (
    'Nordisk|Dansk|Vestjysk|Sønderjysk|Midtjysk|Østjysk|Fynsk|Sjællands|Bornholms|Limfjordens|'
    'Skandinavisk|Kongeåens|Øresunds|Lillebælt|Himmerlands|Djurslands|Storkøbenhavns'
).split('|')

FORMS = ('ApS', 'ApS', 'ApS', 'ApS', 'A/S', 'A/S', 'A/S', 'I/S', 'P/S', 'A.M.B.A.')

STREETS = (
    'Hovedgaden|Vestergade|Østergade|Nørregade|Søndergade|Algade|Industrivej|Fabriksvej|Havnegade|'
    'Strandvejen|Skovvej|Møllevej|Kirkevej|Stationsvej|Jernbanegade|Torvet|Bredgade|Kongensgade|'
    'Dronningensgade|H.C. Andersens Boulevard|Åboulevarden|Ågade|Ærøvej|Østre Allé|Gl. Kongevej|'
    'Ndr. Ringgade|Sdr. Boulevard|Lyngbyvej|Roskildevej|Randersvej|Viborgvej|Silkeborgvej|'
    'Bygholm Søpark|Energivej|Transportvej|Håndværkervej|Smedevej|Teglværksvej|Kærvej|Engvej|'
    'Markvej|Bakkevej|Solbakken|Lindevej|Birkevej|Rosenvænget|Parkallé|Slotsgade|Klostertorvet|'
    'Mågevej|Nygårdsvej|Sct. Knuds Gade|Poul Ankers Gade|Erhvervsparken|Virksomhedsvej'
).split('|')

# Postcode and town, in Danmark.
TOWNS = tuple(
    (entry[:4], entry[5:])
    for entry in (
        '1050 København K|1620 København V|2100 København Ø|2200 København N|2300 København S|'
        '2400 København NV|2500 Valby|2600 Glostrup|2605 Brøndby|2620 Albertslund|2630 Taastrup|'
        '2650 Hvidovre|2700 Brønshøj|2730 Herlev|2750 Ballerup|2800 Kongens Lyngby|2820 Gentofte|'
        '2860 Søborg|2900 Hellerup|2970 Hørsholm|3000 Helsingør|3400 Hillerød|3460 Birkerød|'
        '3600 Frederikssund|3700 Rønne|4000 Roskilde|4100 Ringsted|4180 Sorø|4200 Slagelse|'
        '4300 Holbæk|4400 Kalundborg|4500 Nykøbing Sjælland|4600 Køge|4700 Næstved|'
        '4760 Vordingborg|4800 Nykøbing Falster|4900 Nakskov|5000 Odense C|5220 Odense SØ|'
        '5300 Kerteminde|5500 Middelfart|5600 Faaborg|5700 Svendborg|5800 Nyborg|5960 Marstal|'
        '6000 Kolding|6100 Haderslev|6200 Aabenraa|6270 Tønder|6400 Sønderborg|6600 Vejen|'
        '6700 Esbjerg|6760 Ribe|6800 Varde|6900 Skjern|7000 Fredericia|7100 Vejle|7190 Billund|'
        '7200 Grindsted|7400 Herning|7430 Ikast|7500 Holstebro|7600 Struer|7620 Lemvig|'
        '7700 Thisted|7741 Frøstrup|7800 Skive|7900 Nykøbing M|8000 Aarhus C|8200 Aarhus N|'
        '8210 Aarhus V|8240 Risskov|8260 Viby J|8300 Odder|8305 Samsø|8400 Ebeltoft|8500 Grenaa|'
        '8600 Silkeborg|8660 Skanderborg|8700 Horsens|8722 Hedensted|8800 Viborg|'
        '8850 Bjerringbro|8900 Randers C|9000 Aalborg|9220 Aalborg Øst|9240 Nibe|9300 Sæby|'
        '9400 Nørresundby|9440 Aabybro|9500 Hobro|9560 Hadsund|9600 Aars|9700 Brønderslev|'
        '9800 Hjørring|9850 Hirtshals|9900 Frederikshavn|9990 Skagen'
    ).split('|')
)

# What people write for a Danish town.
TOWN_SPELLINGS = {
    'Aarhus C': 'Århus C', 'Aarhus N': 'Århus N', 'Aalborg': 'Ålborg', 'Grenaa': 'Grenå',
    'Kongens Lyngby': 'Kgs. Lyngby', 'Faaborg': 'Fåborg', 'Aabenraa': 'Åbenrå',
    'Nykøbing Sjælland': 'Nykøbing Sj.', 'Nykøbing Falster': 'Nykøbing F', 'Taastrup': 'Tåstrup',
    'Aars': 'Års', 'Hørsholm': 'HØRSHOLM', 'Vejle': 'VEJLE ', 'Horsens': 'Horsens ',
}  # fmt: skip

# What stands in the country field of a debtor in Denmark; '' is the usual case.
DENMARK = (
    '', '', '', '', '', '', '', '', 'Danmark', 'Danmark', 'Danmark', 'DK', 'Denmark', 'DENMARK',
    'danmark', ' Danmark ',
)  # fmt: skip

OFFICES = (
    'Økonomi|Børn og Unge|Teknik og Miljø|Ældrecenter Solgården|Kultur og Fritid|Åløkkeskolen|'
    'Jobcenter|Rådhuset|Vej og Park|Biblioteket|Sundhed og Omsorg|Ungdomsskolen'
).split('|')


class Abroad(NamedTuple):
    """Hold one country; its towns are written `postcode|town`."""

    code: str
    currency: str
    zone: int
    spellings: tuple[str, ...]
    towns: tuple[str, ...]
    names: tuple[str, ...]


ABROAD = (
    Abroad(
        'SE', 'SEK', 2, ('Sverige', 'SE', 'se', 'Sweden'),
        ('211 20|Malmö', '411 05|Göteborg', '111 22|Stockholm', '252 21|Helsingborg'),
        ('Svenssons Bygg AB', 'Öresund Åkeri AB', 'Hälsinge Trä AB', 'Lindqvist & Söner HB'),
    ),
    Abroad(
        'DE', 'EUR', 2, ('Tyskland', 'Deutschland', 'DE', 'Germany'),
        ('24937|Flensburg', '20095|Hamburg', '24103|Kiel', '80331|München'),
        ('Müller Bürotechnik GmbH',
         'Großhandel Weiß KG', 'Schäfer Maschinenbau AG', 'Nordsee GmbH'),
    ),
    Abroad(
        'NL', 'EUR', 2, ('Holland', 'NL', 'Nederland'),
        ("2511 BT|'s-Gravenhage", '1012 LM|Amsterdam'),
        ('Van den Berg Bloemen B.V.', 'Jansen Transport N.V.'),
    ),
    Abroad(
        'NO', 'NOK', 3, ('Norge', 'NO', 'Norway', 'NORGE'),
        ('0150|Oslo', '5003|Bergen', '4006|Stavanger', '7010|Trondheim'),
        ('Nordahl Rør AS', 'Fjordfisk ASA', 'Bjørnstad Maskin AS', 'Høyland Trevare ANS'),
    ),
    Abroad(
        'GB', 'GBP', 3, ('England', 'UK', 'United Kingdom'),
        ('LS1 4DY|Leeds', 'EC1A 1BB|London'),
        ("O'Brien & Sons Ltd", 'Northern Timber plc'),
    ),
    Abroad(
        'US', 'USD', 3, ('USA', 'U.S.A.', 'United States'),
        ('10001|New York, NY', '60601|Chicago, IL'),
        ('Smith "Bud" Hardware Inc.', 'Great Lakes Supply LLC'),
    ),
    Abroad(
        'FO', 'DKK', 3, ('Færøerne', 'Føroyar'), ('100|Tórshavn',), ('Sandoyar Fiskavirki P/F',),
    ),
)  # fmt: skip
