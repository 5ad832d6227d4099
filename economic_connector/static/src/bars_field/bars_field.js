import { Component } from "@odoo/owl";
import { formatDate, deserializeDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const HEIGHT = 28; // pixels
const LEAST = 2; // pixels of a day with little or nothing

/** Small bars, one a day: how much the runs changed. */
export class EconomicBarsField extends Component {
    static template = "economic_connector.BarsField";
    static props = { ...standardFieldProps };

    get bars() {
        const days = this.props.record.data[this.props.name] || [];
        const most = Math.max(1, ...days.map((day) => day.count));
        return days.map((day) => ({
            key: day.day,
            height: Math.max(LEAST, Math.round((HEIGHT * day.count) / most)),
            title: _t("%(day)s: %(count)s changes", {
                day: formatDate(deserializeDate(day.day)),
                count: day.count,
            }),
        }));
    }

    get label() {
        return this.bars.map((bar) => bar.title).join(", ");
    }
}

registry.category("fields").add("economic_bars", {
    component: EconomicBarsField,
    displayName: _t("Changes by day"),
    supportedTypes: ["json"],
});
