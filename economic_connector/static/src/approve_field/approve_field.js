import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { BooleanToggleField } from "@web/views/fields/boolean_toggle/boolean_toggle_field";

/**
 * The tick of a row that an import may apply. Works at once, also in a list that is not edited, and
 * is not there at all for rows that cannot be applied.
 */
export class EconomicApproveField extends BooleanToggleField {
    static template = "economic_connector.ApproveField";

    get canApprove() {
        return this.props.record.data.can_approve;
    }

    async onChange(value) {
        this.state.value = value;
        await this.props.record.update({ [this.props.name]: value }, { save: true });
        await this.env.onEconomicTick?.();
    }
}

registry.category("fields").add("economic_approve", {
    component: EconomicApproveField,
    displayName: _t("Tick of an import"),
    supportedTypes: ["boolean"],
    fieldDependencies: [{ name: "can_approve", type: "boolean" }],
    listViewWidth: 75,
});
