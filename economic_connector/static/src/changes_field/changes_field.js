import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * Shows what an import changes: the old value struck through, the new one in bold, so that it reads
 * without colour. In a list the first two changes and how many more there are; in a form all.
 */
export class EconomicChangesField extends Component {
    static template = "economic_connector.ChangesField";
    static props = { ...standardFieldProps, table: { type: Boolean, optional: true } };

    get changes() {
        return this.props.record.data[this.props.name] || [];
    }

    get shown() {
        return this.props.table ? this.changes : this.changes.slice(0, 2);
    }

    get more() {
        return this.changes.length - this.shown.length;
    }

    get title() {
        return this.changes
            .map((change) => `${change.label}: ${change.old || "–"} → ${change.new || "–"}`)
            .join("\n");
    }
}

export const economicChangesField = {
    component: EconomicChangesField,
    displayName: _t("Changes of an import"),
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ table: Boolean(options.table) }),
};

registry.category("fields").add("economic_changes", economicChangesField);
