import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { IntegerField, integerField } from "@web/views/fields/integer/integer_field";

/** A number that names something: no thousands separators, and nothing where there is none. */
export class EconomicNumberField extends IntegerField {
    get formattedValue() {
        return this.value ? String(this.value) : "";
    }
}

registry.category("fields").add("economic_number", {
    ...integerField,
    component: EconomicNumberField,
    displayName: _t("Number of e-conomic"),
    listViewWidth: [60, 90],
});
