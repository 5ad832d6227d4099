"""What can be filtered and sorted on, for each list: the service's own allow lists.

From the schemas' `filterable` and `sortable` marks, corrected by what the service was seen to do:
`pNumber` can be filtered on although the schema does not say so,
`references.customerContact.customer.customerNumber` cannot although it does. The open API's lists
have the properties as well that cannot be filtered on: it words those otherwise than unknown ones.
"""

from __future__ import annotations

from .grammar import COMPARE, LISTS, Field, Kind

_OPERATORS: dict[Kind, frozenset[str]] = {
    'integer': COMPARE | LISTS,
    'number': COMPARE | LISTS,
    'text': COMPARE | LISTS | {'like'},
    'flag': frozenset({'eq', 'ne'}),
    'date': COMPARE | LISTS,
    'moment': COMPARE | LISTS,
}


def _fields(kind: Kind, names: str, *, sortable: bool = True) -> dict[str, Field]:
    return {name: Field(kind, _OPERATORS[kind], sortable) for name in names.split()}


CUSTOMERS = {
    **_fields('integer', 'customerNumber'),
    **_fields('number', 'balance creditLimit'),
    **_fields(
        'text',
        'address city corporateIdentificationNumber country currency ean email name '
        'publicEntryNumber telephoneAndFaxNumber mobilePhone vatNumber website zip',
    ),
    **_fields('moment', 'lastUpdated'),
    **_fields('flag', 'barred', sortable=False),
    **_fields('integer', 'customerGroup.customerGroupNumber', sortable=False),
    **_fields('text', 'pNumber', sortable=False),
}
PAYMENT_STATE = {
    **_fields(
        'integer',
        'bookedInvoiceNumber paymentTerms.paymentTermsNumber customer.customerNumber '
        'recipient.vatZone.vatZoneNumber deliveryLocation.deliveryLocationNumber '
        'references.salesPerson.employeeNumber references.vendorReference.employeeNumber',
    ),
    **_fields('date', 'date delivery.deliveryDate'),
    **_fields(
        'text',
        'currency recipient.name recipient.address recipient.zip recipient.city recipient.country '
        'recipient.ean recipient.publicEntryNumber delivery.address delivery.zip delivery.city '
        'delivery.country delivery.deliveryTerms notes.heading notes.textLine1 notes.textLine2 '
        'references.other',
    ),
}
BOOKED = {**PAYMENT_STATE, **_fields('number', 'exchangeRate')}
CONTACTS = {
    **_fields('integer', 'customerContactNumber sortKey'),
    **_fields('text', 'name email eInvoiceId phone'),
    **_fields('text', 'comments', sortable=False),
}
DELIVERIES = {
    **_fields('integer', 'deliveryLocationNumber sortKey'),
    **_fields('text', 'address city country postalCode'),
    **_fields('flag', 'barred', sortable=False),
}
PRODUCTS = {
    **_fields('text', 'productNumber description name barCode'),
    **_fields('number', 'costPrice recommendedPrice salesPrice'),
    # The service answers 500 to one operator.
    'barred': Field('flag', _OPERATORS['flag'], True, frozenset({'ne'})),
    **_fields('moment', 'lastUpdated'),
    **_fields(
        'integer',
        'unit.unitNumber productGroup.productGroupNumber '
        'departmentalDistribution.departmentalDistributionNumber',
        sortable=False,
    ),
    **_fields('number', 'inventory.grossWeight inventory.netWeight inventory.packageVolume'),
    **_fields('number', 'inventory.recommendedCostPrice', sortable=False),
}
CUSTOMER_GROUPS = {
    **_fields('integer', 'customerGroupNumber account.accountNumber'),
    **_fields('text', 'name account.name account.accountType account.debitCredit'),
    **_fields('number', 'account.balance'),
    **_fields('flag', 'account.blockDirectEntries'),
}
ACCOUNTS = {
    **_fields('integer', 'accountNumber'),
    **_fields('text', 'name accountType debitCredit'),
    **_fields('number', 'balance'),
    **_fields('flag', 'blockDirectEntries'),
}
EMPLOYEES = {
    **_fields('integer', 'employeeNumber employeeGroup.employeeGroupNumber'),
    **_fields('text', 'name email phone'),
    **_fields('flag', 'barred', sortable=False),
}
DEPARTMENTS = {
    **_fields('integer', 'departmentNumber'),
    **_fields('text', 'name'),
    **_fields('flag', 'barred', sortable=False),
}
DISTRIBUTIONS = {
    **_fields('integer', 'departmentalDistributionNumber'),
    **_fields('text', 'name'),
}
NONE: dict[str, Field] = {}

_COMPARE_AND_LISTS = COMPARE | LISTS


def _closed(names: str) -> dict[str, Field]:
    return {name: Field('text') for name in names.split()}


OPEN_CUSTOMERS = {
    'customerNumber': Field('integer', _COMPARE_AND_LISTS, True),
    **_closed(
        'customerGroupNumber zone currency access name address1 address2 postCode city country '
        'contactPerson phone email paymentDays bankAccount cvrNo ourRef layoutGroup paymentTermId '
        'homepage defaultTheirRef defaultAttention layoutGroupPrint language discountGroupNumber '
        'priceGroupNumber defaultDeliveryLocation eanLocationNumber voucherNumber county vatNo '
        'creditMaximum recipientPeppol defaultDiscountPct bankGiroNumber iban swift '
        'directDebitMandateDate pnr nemHandelReceiverType mobilePhone emailAttachmentLanguage '
        'defaultDisableEInvoicing objectVersion'
    ),
}
OPEN_CONTACTS = {
    'number': Field('integer', _COMPARE_AND_LISTS, True),
    'customerNumber': Field('integer', _COMPARE_AND_LISTS, True),
    'userInterfaceNumber': Field('integer', _COMPARE_AND_LISTS),
    'name': Field('text', _COMPARE_AND_LISTS | {'like'}),
    'email': Field('text', _COMPARE_AND_LISTS | {'like'}),
    'eInvoiceId': Field('text', COMPARE),
    'lastUpdated': Field('moment', COMPARE),
    'isDeleted': Field('flag', COMPARE),
    'active': Field('flag', COMPARE),
    **_closed(
        'phone notes receiveQuotes receiveOrders receiveInvoices receiveEInvoices '
        'receiveStatementOfAccounts receiveReminders objectVersion'
    ),
}
OPEN_DELIVERIES = {
    'number': Field('integer', _COMPARE_AND_LISTS, True),
    'customerNumber': Field('integer', _COMPARE_AND_LISTS, True),
    'userInterfaceNumber': Field('integer', _COMPARE_AND_LISTS),
    'city': Field('text', COMPARE),
    'country': Field('text', COMPARE),
    'eInvoiceId': Field('text', COMPARE),
    'isBarred': Field('flag', COMPARE),
    'lastUpdated': Field('moment', COMPARE),
    **_closed('address postalCode termsOfDelivery objectVersion'),
}
OPEN_LINES = {
    'documentId': Field('integer', _COMPARE_AND_LISTS, True),
    'number': Field('integer', _COMPARE_AND_LISTS, True),
    'userInterfaceNumber': Field('integer', _COMPARE_AND_LISTS, True),
    'productNumber': Field('text', _COMPARE_AND_LISTS),
    'discountPercentage': Field('number', _COMPARE_AND_LISTS),
    'departmentNumber': Field('integer', _COMPARE_AND_LISTS),
    'bookedAccount': Field('integer', _COMPARE_AND_LISTS),
    'projectCloseAccount': Field('integer', _COMPARE_AND_LISTS),
    **_closed(
        'description quantity unitNumber unitNetPrice unitCostPrice recommendedPrice quantity2 '
        'unit2Number accrue accrueStartDate accrueEndDate vatRate vatAmount totalNetAmount'
    ),
}
