import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SHOWN = 2;

/**
 * Shows in one line what an import changes: the old value struck through, the new one in bold, so
 * that it reads without colour; the first changes, and how many more there are. Of a new company
 * everything is new, and nothing is listed.
 */
export class EconomicChangesField extends Component {
    static template = "economic_connector.ChangesField";
    static props = { ...standardFieldProps };

    get changes() {
        const { data } = this.props.record;
        return (data.status !== "create" && data[this.props.name]) || [];
    }

    get shown() {
        return this.changes.slice(0, SHOWN);
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

registry.category("fields").add("economic_changes", {
    component: EconomicChangesField,
    displayName: _t("Changes of an import"),
    supportedTypes: ["json"],
    fieldDependencies: [{ name: "status", type: "selection" }],
    listViewWidth: [200],
});
