import { _t } from "@web/core/l10n/translation";

/** What an import would do with a debtor, in the order of a person's interest. */
export const CHIPS = [
    {
        status: "create",
        label: _t("new"),
        help: _t("Nothing in Odoo resembles these: each becomes a new company."),
        color: "success",
    },
    {
        status: "update",
        label: _t("changes"),
        help: _t("The company is known for sure; these values would change."),
        color: "info",
    },
    {
        status: "proposed",
        label: _t("proposed"),
        help: _t("One company is clearly the best match. Look, and untick what is wrong."),
        color: "info",
    },
    {
        status: "ambiguous",
        label: _t("ambiguous"),
        help: _t("Several companies could be it. They are left out and wait for your choice."),
        color: "warning",
    },
    {
        status: "conflict",
        label: _t("conflicts"),
        help: _t("A value was changed here and in e-conomic. It stays as it is here."),
        color: "warning",
    },
    {
        status: "unchanged",
        label: _t("unchanged"),
        help: _t("Odoo already has what e-conomic has."),
        color: "secondary",
    },
    {
        status: "skipped",
        label: _t("skipped"),
        help: _t("Left out on purpose: gone from e-conomic, or told to be ignored."),
        color: "secondary",
    },
    {
        status: "error",
        label: _t("errors"),
        help: _t("They cannot be imported as they are; the list says why."),
        color: "danger",
    },
];
