import { Component, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const LEVELS = {
    fill: { icon: "fa-circle-o text-danger", title: _t("Must be filled in") },
    look: { icon: "fa-adjust text-warning", title: _t("May need attention") },
    fine: { icon: "fa-circle text-success", title: _t("Fine") },
};

/**
 * The traffic light: one line per area, which leads to the field that it is about.
 *
 * Option: `prefix` that the form's own names of the agreement's fields begin with.
 */
export class EconomicLights extends Component {
    static template = "economic_connector.Lights";
    static props = { ...standardFieldProps, prefix: { type: String, optional: true } };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.levels = LEVELS;
    }

    get lights() {
        return this.props.record.data[this.props.name] || [];
    }

    /** Go to the field, or where the action leads; what this form lacks is on the agreement's. */
    async open(light) {
        if (light.method) {
            const action = await this.orm.call("economic.agreement", light.method, [[light.id]]);
            return this.action.doAction(action);
        }
        const form = this.root.el.closest(".o_form_view");
        form.querySelector(`.nav-link[name="${light.page}"]`)?.click();
        const { prefix } = this.props;
        // What is typed in and never stored is named `new_…` on the agreement alone.
        const name = prefix ? prefix + light.field.replace(/^new_/, "") : light.field;
        // A page of a notebook is there after the next frame.
        await new Promise(requestAnimationFrame);
        const field = form.querySelector(`.o_field_widget[name="${name}"]`);
        if (field) {
            field.scrollIntoView({ block: "center" });
            field.querySelector("input, textarea, select, button")?.focus();
        } else if (light.id) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "economic.agreement",
                res_id: light.id,
                views: [[false, "form"]],
            });
        }
    }
}

registry.category("fields").add("economic_lights", {
    component: EconomicLights,
    supportedTypes: ["json"],
    extractProps: ({ options }) => ({ prefix: options.prefix }),
});
