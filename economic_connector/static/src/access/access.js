import { Component, onWillUnmount, useState } from "@odoo/owl";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * The button that saves typed-in tokens and tests them. When the form is saved, by this button or
 * by its own, the tokens are taken out of what is saved and travel in the context of a call of
 * their own: a form's values are logged and kept in more places than a context.
 *
 * Options: `method`, and `secrets` as {name in the context: field that is typed into}.
 */
export class EconomicAccess extends Component {
    static template = "economic_connector.Access";
    static props = {
        ...standardWidgetProps,
        method: String,
        secrets: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false, error: "" });
        this.followSaves();
    }

    followSaves() {
        const { hooks } = this.props.record.model;
        const { onWillSaveRecord, onRecordSaved } = hooks;
        let typed = {};
        hooks.onWillSaveRecord = (record, changes) => {
            typed = {};
            for (const [name, field] of Object.entries(this.props.secrets)) {
                if (changes[field]) {
                    typed[name] = changes[field];
                }
                delete changes[field];
            }
            return onWillSaveRecord(record, changes);
        };
        hooks.onRecordSaved = async (record, changes) => {
            await onRecordSaved(record, changes);
            if (Object.keys(typed).length) {
                await this.send(typed);
            }
        };
        onWillUnmount(() => Object.assign(hooks, { onWillSaveRecord, onRecordSaved }));
    }

    /** Save the form, test the tokens, the typed or the stored ones; a refusal is told here. */
    async connect() {
        Object.assign(this.state, { busy: true, error: "" });
        this.sent = false;
        try {
            if (!(await this.props.record.save())) {
                return;
            }
            if (!this.sent) {
                await this.send({});
            }
            await this.action.doAction("soft_reload");
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.error = error.data?.message || error.message;
        } finally {
            this.state.busy = false;
        }
    }

    async send(context) {
        const { method, record } = this.props;
        this.sent = true;
        const answer = await this.orm.call(record.resModel, method, [[record.resId]], { context });
        // What the answer wants done next is left out: the form is being saved just now.
        await this.action.doAction({ ...answer, params: { ...answer.params, next: undefined } });
    }
}

registry.category("view_widgets").add("economic_access", {
    component: EconomicAccess,
    extractProps: ({ options }) => ({ method: options.method, secrets: options.secrets }),
});
