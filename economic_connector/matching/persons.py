"""Tell a person's name from a company's: it is made of common given names and surnames alone."""

from __future__ import annotations

import re

from .fold import fold

_GIVEN = """
aage åse aksel alberte albert alexander allan alma amalie anders andreas ane anette anita anna
anne annette arne arthur asger astrid august axel benny bent bente birgit birger birgitte birthe
bjarne bjørn bo bodil brian britta camilla carina carl carla carsten casper cecilie charlotte
christian christina christine christoffer clara claus dagmar dan daniel david dennis dorte dorthe
ebbe edith egon eigil elin elisabeth ella ellen else elsebeth emil emilie emma erik ernst esben
eva evald ferdinand filip finn flemming frank frans freddy frede frederik frederikke freja frida
frode georg gerda gert gitte grete grethe gunnar gustav hanna hanne hans harald harry heidi helen
helene helga helge helle henning henny henriette henrik herluf hilda holger hugo ib ida inga inge
ingeborg inger ingrid irene iris ivan ivar jacob jakob jan jane janne janni jannik jeanette jens
jeppe jesper jette jim jimmy joachim johan johanne johannes john johnny jonas jonathan josefine
julie jytte jørgen jørn kaj karen kari karin karina karl karla karoline karsten kasper kate katja
katrine keld kenneth kent kim kirsten kirstine kjeld klaus knud kris kristian kristina kristine
kristoffer kurt lars lasse laura laurits leif lena lene leo lilian lillian lily linda line lis
lisa lisbeth lise liselotte lissi lone lotte louise lucas ludvig lukas lykke mads magnus maja
malene malte marcus maren margit margrethe maria marianne marie marius markus martha martin mary
mathias mathilde mathis merete mette mia michael michelle mikael mikkel mogens mona monica morten
nadia nanna nicklas nicolai niels niklas nikolaj nils nina noah nora ola olav ole olga oline
oliver oskar oscar otto ove palle paul paula peder per pernille peter pia poul preben rasmus
regitze rené richard rikke rita robert roland ronni rosa rune ruth sabrina sally sander sanne
sara sarah sebastian sidsel signe sigrid silas silje simon simone sine sofia sofie solveig sonja
steen steffen sten stig stine susan susanne svend sven søren søs tage tanja thea theis theodor
thomas thor thorkild tilde tim tina tobias tom tommy tonny torben tove trine troels ulla ulrik
ursula uffe vagn valdemar vera verner vibeke victor viggo viktor villads villy vilhelm vita vivi
vivian werner william winnie yvonne
"""
_SURNAMES = """
bach bak bang beck becker bech berg berggren bisgaard bjerre bjerregaard boysen brandt bro bruhn
bruun buch bundgaard bæk carlsson dahl dal dam engberg falk fischer fog frank friis gade gram
hald hammer hartmann hedegaard hein hjorth hoff hoffmann holm holst høj høyer juhl juul jung kjær
kjærgaard klein klitgaard koch kofoed krag krog krogh kruse lange larsson laursen lind lindberg
lindholm lindgren lindqvist lund lundgren lundqvist madsen meyer mikkelsen møller munch munk
müller nyberg nygaard odgaard overgaard paulsen pedersen poulsen ravn riis rosenberg rønne
schmidt schou schrøder schultz skov skovgaard smidt smith sommer storm strand strøm svane søgaard
thygesen toft vang vestergaard vinther vogt wagner weber winther wolff worm østergaard ågaard
"""
# Endings that surnames have and hardly anything else has.
_ENDINGS = ('sen', 'sson', 'gard', 'quist', 'qvist')
_WORD = re.compile(r'[^\W\d_]+')


def _table(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


GIVEN, SURNAMES = _table(_GIVEN), _table(_SURNAMES)


def is_person(name: str) -> bool:
    """Tell whether a name is a person's, as far as a name can tell.

    >>> is_person('Jens Chr. Hansen'), is_person('Åse Østergård'), is_person('Hansen VVS')
    (True, True, False)
    """
    words = _WORD.findall(fold(name))
    if not 2 <= len(words) <= 5 or words[0] not in GIVEN or re.search(r'[\d&/+]', name):
        return False
    *middle, last = words[1:]
    return _is_surname(last) and all(
        word in GIVEN or _is_surname(word) or len(word) <= 3 for word in middle
    )


def _is_surname(word: str) -> bool:
    return word in SURNAMES or (len(word) > 4 and word.endswith(_ENDINGS))
