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
 * Options: `method`, `grant` (the method that opens e-conomic's page for granting access), `api`
 * (the field that says by what API: the page is for tokens only), and `secrets` as {name in the
 * context: field that is typed into}.
 */
export class EconomicAccess extends Component {
    static template = "economic_connector.Access";
    static props = {
        ...standardWidgetProps,
        method: String,
        grant: { type: String, optional: true },
        api: { type: String, optional: true },
        secrets: Object,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ busy: false, error: "" });
        this.method = this.props.method;
        this.followSaves();
    }

    followSaves() {
        const { hooks } = this.props.record.model;
        const { onWillSaveRecord, onRecordSaved } = hooks;
        let typed = {};
        hooks.onWillSaveRecord = async (record, changes) => {
            typed = {};
            const fields = Object.entries(this.props.secrets);
            const names = fields.filter(([, field]) => changes[field]).map(([name]) => name);
            if (names.length && !(await this.confirm(names))) {
                return false;
            }
            for (const [name, field] of fields) {
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

    /**
     * Let the user give the own Odoo password before any of these secrets is changed, if it is
     * stored already; tell whether they may be.
     */
    async confirm(names) {
        const { resId, resModel } = this.props.record;
        const ids = resId ? [resId] : [];
        const ask = () => this.orm.call(resModel, "action_confirm_identity", [ids, names]);
        const dialog = await ask();
        if (!dialog) {
            return true;
        }
        await new Promise((resolve) => this.action.doAction(dialog, { onClose: resolve }));
        return !(await ask());
    }

    /** Save the form, test the tokens, the typed or the stored ones; a refusal is told here. */
    async connect() {
        await this.attempt(this.props.method);
    }

    /** Save the form, then go to e-conomic's own page for granting access. */
    async getAccess() {
        if (await this.confirm(["agreement_grant_token"])) {
            await this.attempt(this.props.grant);
        }
    }

    async attempt(method) {
        Object.assign(this.state, { busy: true, error: "" });
        this.method = method;
        this.sent = false;
        try {
            if (!(await this.props.record.save())) {
                return;
            }
            if (!this.sent) {
                await this.send({});
            }
            if (method === this.props.method) {
                await this.action.doAction("soft_reload");
            }
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.error = error.data?.message || error.message;
        } finally {
            this.state.busy = false;
            this.method = this.props.method;
        }
    }

    async send(context) {
        const { record } = this.props;
        this.sent = true;
        const ids = [[record.resId]];
        const answer = await this.orm.call(record.resModel, this.method, ids, { context });
        // What the answer wants done next is left out: the form is being saved just now.
        await this.action.doAction({ ...answer, params: { ...answer.params, next: undefined } });
    }
}

registry.category("view_widgets").add("economic_access", {
    component: EconomicAccess,
    extractProps: ({ options: { method, grant, api, secrets } }) => ({
        method,
        grant,
        api,
        secrets,
    }),
});
