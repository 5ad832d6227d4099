import { onWillDestroy } from "@odoo/owl";
import { ConnectionLostError } from "@web/core/network/rpc";
import { useService } from "@web/core/utils/hooks";
import { takeSecrets } from "../secret/memory";

const PAUSE = 2 * 1000; // milliseconds until a server that does not answer is asked again
const TRIES = 60; // times in a row that it is asked

/** Return a name for this page that nobody else has. */
function makePageName() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Drives a run whose agreement keeps no secret: step by step, for as long as this page is open. The
 * secret is in a variable of the loop and nowhere else, and goes with it.
 *
 * @param {Function} onProgress called with what each step answers
 */
export function useDrive(onProgress) {
    const orm = useService("orm");
    const action = useService("action");
    const page = makePageName();
    let driving = null; // the id of the run
    let ended = false;
    onWillDestroy(() => {
        ended = true;
    });

    async function step(runId, context) {
        for (let failures = 0; ; ) {
            try {
                return await orm.silent.call("economic.run", "step", [[runId], page], { context });
            } catch (error) {
                failures += 1;
                if (ended || !(error instanceof ConnectionLostError) || failures > TRIES) {
                    throw error;
                }
                await sleep(PAUSE);
            }
        }
    }

    async function loop(runId, economic_secrets) {
        const context = economic_secrets ? { economic_secrets } : {};
        while (!ended && driving === runId) {
            const progress = await step(runId, context);
            if (ended || driving !== runId) {
                return;
            }
            if (progress.tag) {
                driving = null;
                await action.doAction(progress);
                return;
            }
            onProgress(runId, progress);
            if (!progress.working || !progress.asked || progress.taken) {
                return;
            }
            await sleep(progress.wait * 1000);
        }
    }

    return {
        get runId() {
            return driving;
        },
        /** Begin if this page may: it was given the secrets, or none are needed. */
        async begin(runId, { working, asked, agreement, offline, driver }) {
            if (ended || driving === runId || !working || !asked) {
                return;
            }
            const secrets = takeSecrets(agreement);
            if (!secrets && (!offline || driver)) {
                return;
            }
            driving = runId;
            try {
                await loop(runId, secrets);
            } finally {
                if (driving === runId) {
                    driving = null;
                }
            }
        },
    };
}

function sleep(milliseconds) {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
