import { Component, onWillDestroy, useState } from "@odoo/owl";
import { formatFloat, formatInteger } from "@web/views/fields/formatters";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const INTERVAL = 1000; // milliseconds

/**
 * The progress of a run, asked for while it works; when it stops, the record is read again so that
 * buttons and counts are right. The work itself goes on whether or not anybody looks.
 */
export class EconomicProgress extends Component {
    static template = "economic_connector.Progress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ progress: null });
        this.destroyed = false;
        this.poll();
        this.timer = setInterval(() => this.poll(), INTERVAL);
        onWillDestroy(() => {
            this.destroyed = true;
            clearInterval(this.timer);
        });
    }

    get resId() {
        return this.props.record.resId;
    }

    async poll() {
        if (!this.resId || this.polling || document.hidden) {
            return;
        }
        if (this.state.progress && !this.state.progress.working && !this.props.record.data.is_working) {
            return;
        }
        this.polling = true;
        try {
            const progress = await this.orm.silent.call("economic.run", "get_progress", [
                [this.resId],
            ]);
            if (this.destroyed) {
                return;
            }
            this.state.progress = progress;
            if (progress.state !== this.props.record.data.state) {
                await this.props.record.load();
            }
        } finally {
            this.polling = false;
        }
    }

    get percent() {
        const { done, total } = this.state.progress;
        return total ? Math.min(100, Math.round((100 * done) / total)) : 0;
    }

    get text() {
        const { done, total, rate } = this.state.progress;
        const parts = [
            total
                ? _t("%(done)s of %(total)s", {
                      done: formatInteger(done),
                      total: formatInteger(total),
                  })
                : formatInteger(done),
        ];
        if (rate >= 1) {
            parts.push(_t("%s a second", formatFloat(rate, { digits: [16, 0] })));
            if (total > done) {
                parts.push(_t("%s s left", formatInteger(Math.ceil((total - done) / rate))));
            }
        }
        return parts.join(" · ");
    }
}

registry.category("view_widgets").add("economic_progress", {
    component: EconomicProgress,
    fieldDependencies: [
        { name: "is_working", type: "boolean" },
        { name: "state", type: "selection" },
    ],
});
