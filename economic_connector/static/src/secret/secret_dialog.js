import { Component, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { RPCError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { keepSecrets } from "./memory";

const TAG = "economic_secret";

/** Asks for the secrets that an agreement does not store, and calls again what needs them. */
export class SecretDialog extends Component {
    static template = "economic_connector.SecretDialog";
    static components = { Dialog };
    static props = { asked: Object, done: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.form = useRef("form");
        this.state = useState({ asked: this.props.asked, busy: false, refusal: "" });
        this.secrets = {};
        useAutofocus({ refName: "first" });
    }

    get title() {
        return _t("Access to e-conomic");
    }

    get hint() {
        return this.state.asked.drives
            ? _t("It is kept in this page alone, until the work is done. Closing the page pauses it.")
            : _t("It is sent once and kept nowhere.");
    }

    async send() {
        const { model, method, args, agreement } = this.state.asked;
        this.secrets[agreement] = Object.fromEntries(new FormData(this.form.el));
        Object.assign(this.state, { busy: true, refusal: "" });
        const context = { economic_secrets: this.secrets };
        try {
            const answer = await this.orm.silent.call(model, method, args, { context });
            if (answer?.tag === TAG) {
                this.askAgain(answer.params);
            } else {
                this.finish(answer);
            }
        } catch (error) {
            if (!(error instanceof RPCError)) {
                throw error;
            }
            this.state.refusal = error.data?.message || error.message;
        } finally {
            this.state.busy = false;
        }
    }

    /** It was refused, or another agreement wants its own. */
    askAgain(asked) {
        Object.assign(this.state, { asked, refusal: asked.refusal });
        this.form.el.reset();
        this.form.el.querySelector("input").focus();
    }

    finish(answer) {
        if (this.state.asked.drives) {
            keepSecrets(this.secrets);
        }
        this.props.done(answer);
        this.props.close();
    }
}

/** Ask, and go on with what the method answers; nothing happens if the dialog is closed. */
async function askForSecrets(env, { params }) {
    const answer = await new Promise((resolve) => {
        const props = { asked: params, done: resolve };
        env.services.dialog.add(SecretDialog, props, { onClose: () => resolve(null) });
    });
    if (answer && typeof answer === "object") {
        return answer;
    }
    return answer === null ? undefined : { type: "ir.actions.act_window_close" };
}

registry.category("actions").add(TAG, askForSecrets);
