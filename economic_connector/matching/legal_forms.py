"""The legal forms of companies in the Nordic countries, Germany, the United Kingdom and the US.

Spelled as `fold.words_of` leaves them: "A/S", "G.m.b.H." and "Aktieselskab" are one word each.
"""

from __future__ import annotations

# Canonical form, then its spellings; these are dropped wherever they stand in a name.
_ANYWHERE = """
as: as aktieselskab aktieselskabet aktieselskap aktieselskapet aksjeselskap aksjeselskapet
aps: aps anpartsselskab anpartsselskabet ivs ivarksatterselskab
asa: asa almenaksjeselskap
amba: amba andelsselskab andelsselskabet
smba: smba fmba
ab: ab aktiebolag aktiebolaget publ
oy: oy oyj osakeyhtio
ehf: ehf hf ohf
ag: ag aktiengesellschaft
gmbh: gmbh mbh ggmbh
kg: kg kgaa ohg gbr
se: se
ltd: ltd limited pvt pty pte
plc: plc
llc: llc lc llp lp
inc: inc incorporated corp corporation
co: co company cie
bv: bv nv
sa: sa sarl sas spa srl sl
"""
# These are also common words or parts of names, so they count at the end of a name only.
_AT_THE_END = """
is: is interessentskab
ks: ks kommanditselskab
ps: ps partnerselskab
ans: ans da
ba: ba sa
enk: enk enkeltpersonforetak
fonden: fond
hb: hb kb
ky: ky ay tmi
"""


def _read(table: str) -> dict[str, str]:
    forms = {}
    for line in table.split('\n'):
        canonical, _, spellings = line.partition(':')
        forms.update(dict.fromkeys(spellings.split(), canonical))
    return forms


ANYWHERE = _read(_ANYWHERE)
AT_THE_END = _read(_AT_THE_END)
