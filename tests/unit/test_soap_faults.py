"""Sessions that end and faults of the SOAP API: S01 to S03 of the fault matrix, and logins."""

from __future__ import annotations

import pytest
from soap_bench import (
    AGREEMENT,
    ANCHOR,
    ENVELOPE,
    LOGIN,
    TOKENS,
    calls,
    failure,
    soap_client,
)

from client import (
    AccessError,
    ContractError,
    Credentials,
    DataError,
    EconomicError,
    PasswordCredentials,
    Secret,
    WaitError,
)
from simulator import PASSWORD, USER, Simulator, create_app

NOT_LOGGED_IN = {
    'kind': 'AuthenticationException',
    'code': 'E02250',
    'text': 'Not logged in - could not resolve authenticationContext',
}


@pytest.fixture
def app() -> Simulator:
    return create_app(5, 60, 90, ANCHOR, rate_limit=None)


# S01, S02: sessions


@pytest.mark.parametrize('credentials', [LOGIN, TOKENS])
def test_a_session_that_ends_is_opened_again_in_silence(
    app: Simulator, credentials: Credentials | PasswordCredentials
) -> None:
    client = soap_client(app, credentials, batch=20)
    pages = client.customers()
    found = list(next(pages).records)
    app.control.expire()
    found += [row for page in pages for row in page.records]
    assert len(found) == 60
    assert calls(app)['Connect'] + calls(app)['ConnectWithToken'] == 2


def test_a_session_that_is_lost_every_time_is_given_up(app: Simulator) -> None:
    client = soap_client(app)
    error = failure(client, app, soap=NOT_LOGGED_IN)
    assert (type(error), error.code) == (AccessError, 'session_lost')
    assert (calls(app)['Connect'], calls(app)['DebtorGroup_GetAll']) == (2, 2)
    assert client.requests == 4
    assert client.fetch_references('customer_group').records


def test_no_more_than_one_new_login_in_ten_calls(app: Simulator) -> None:
    client = soap_client(app, batch=1)
    pages = client.customers()
    next(pages)
    app.control.expire()
    next(pages)
    for _ in range(8):
        next(pages)
    app.control.expire()
    with pytest.raises(AccessError) as caught:
        next(pages)
    assert caught.value.code == 'session_lost'
    client.fetch_agreement()
    for _ in range(3):
        client.fetch_references('unit')
        client.fetch_references('employee')
    app.control.expire()
    assert client.fetch_agreement().agreement_number == AGREEMENT


def test_a_revoked_grant_is_an_access_error(app: Simulator) -> None:
    client = soap_client(app, TOKENS)
    client.fetch_agreement()
    app.control.revoke()
    with pytest.raises(AccessError) as caught:
        client.fetch_agreement()
    assert caught.value.code == 'login_refused'


# S03: faults

FAULTS = [
    ('AuthorizationException', 'E00000', "Not allowed", AccessError, 'endpoint_refused'),
    ('AccessException', 'E00000', "No access", AccessError, 'endpoint_refused'),
    ('UserException', 'E00410', "Connect is gone", AccessError, 'password_login_removed'),
    ('UserException', 'E00000', "Something", ContractError, 'bad_request'),
    ('SchemaException', 'E00000', "Wrong", ContractError, 'bad_request'),
    ('IntegrityException', 'E06000', "The debtor does not exist.", DataError, 'not_found'),
    ('ServerException', 'E00000', "Failed", WaitError, 'server_error'),
    ('', '', "Server was unable to process request.", WaitError, 'server_error'),
]


@pytest.mark.parametrize('status', [500, 200])
@pytest.mark.parametrize(('kind', 'code', 'text', 'expected', 'word'), FAULTS)
def test_a_fault_has_its_meaning(
    app: Simulator,
    status: int,
    kind: str,
    code: str,
    text: str,
    expected: type[EconomicError],
    word: str,
) -> None:
    fault = {'kind': kind, 'code': code, 'text': text}
    error = failure(soap_client(app), app, soap=fault, status=status)
    assert (type(error), error.code) == (expected, word)
    assert text in error.reason
    assert error.endpoint == 'DebtorGroup_GetAll'
    tries = 5 if not kind else 1
    assert len([row for row in app.control.log() if row['fault']]) == tries


def test_a_fault_inside_others_is_found(app: Simulator) -> None:
    text = (
        "System.Web.Services.Protocols.SoapException: Server was unable to process it. ---&gt; "
        "Economic.Api.Exceptions.AuthorizationException(E01234): Not yours (id=5e7-a)"
    )
    body = (
        '<soap:Fault><faultcode>soap:Server</faultcode>'
        f'<faultstring>{text}</faultstring><detail/></soap:Fault>'
    )
    error = failure(
        soap_client(app),
        app,
        status=500,
        text=ENVELOPE.format(dtd='', body=body),
        content_type='text/xml',
    )
    assert (error.code, error.reason) == ('endpoint_refused', 'E01234: Not yours')


def test_secrets_in_a_fault_are_taken_out(app: Simulator) -> None:
    for credentials, secrets in (
        (LOGIN, [PASSWORD]),
        (TOKENS, [TOKENS.app_secret_token.reveal(), TOKENS.agreement_grant_token.reveal()]),
    ):
        for secret in secrets:
            fault = {'kind': 'UserException', 'code': 'E00000', 'text': f'no {secret} here'}
            error = failure(soap_client(app, credentials), app, soap=fault)
            assert error.reason == 'E00000: no *** here'


def test_secrets_in_what_cannot_be_read_are_left_out(app: Simulator) -> None:
    grant = TOKENS.agreement_grant_token.reveal()
    name = 'DebtorGroup_GetAllResult'
    error = failure(
        soap_client(app, TOKENS), app, replace=[[f'<{name}>', f'<{name}><{grant}>1</{grant}>']]
    )
    assert error.code == 'malformed'
    assert grant not in str(error)


def test_password_login_is_refused_as_e_conomic_does(app: Simulator) -> None:
    app.control.configure(password_login=False)
    with pytest.raises(AccessError) as caught:
        soap_client(app).fetch_agreement()
    assert caught.value.code == 'password_login_removed'
    assert soap_client(app, TOKENS).fetch_agreement().agreement_number == AGREEMENT


@pytest.mark.parametrize(
    'wrong',
    [
        PasswordCredentials(AGREEMENT, USER, Secret('another')),
        PasswordCredentials(AGREEMENT, 'another', Secret(PASSWORD)),
        PasswordCredentials(AGREEMENT + 1, USER, Secret(PASSWORD)),
        Credentials(Secret('another'), TOKENS.agreement_grant_token),
        Credentials(TOKENS.app_secret_token, Secret('another')),
    ],
)
def test_a_wrong_login_is_refused(app: Simulator, wrong: Credentials | PasswordCredentials) -> None:
    client = soap_client(app, wrong)
    with pytest.raises(AccessError) as caught:
        client.fetch_agreement()
    assert caught.value.code == 'login_refused'
    assert client.requests == 1


@pytest.mark.parametrize(
    ('number', 'user', 'password'),
    [(0, 'a', 'b'), (2**31, 'a', 'b'), (1, '', 'b'), (1, 'a', ''), (1, 'a\0', 'b'),
     (1, 'a', 'b\n'), (1, 'a', '\ud800'), (1, 'a', 'x' * 513)],
)  # fmt: skip
def test_what_cannot_be_a_login_is_not_sent(number: int, user: str, password: str) -> None:
    with pytest.raises(AccessError) as caught:
        PasswordCredentials(number, user, Secret(password))
    assert caught.value.code == 'login_malformed'


def test_a_password_of_danish_and_markup_goes_through() -> None:
    password = 'Æ<&"\'>]]> ø  å\\€ 😀'
    app = create_app(5, 20, 20, ANCHOR, rate_limit=None, password=password)
    credentials = PasswordCredentials(AGREEMENT, USER, Secret(password))
    assert soap_client(app, credentials).fetch_agreement().user_name == f'{USER[0]}…'
