from . import (
    test_access,
    test_agreement,
    test_apply,
    test_import,
    test_invoices,
    test_lease,
    test_mirror,
    test_ownership,
    test_partner,
    test_plan,
    test_resume,
    test_translations,
)
