/**
 * What was typed into the dialog, on its way to the page of the run that it was typed for. It is
 * handed over once, or forgotten.
 */
const PATIENCE = 60 * 1000; // milliseconds until a page must have come for it
let kept = null;
let timer = null;

/** Keep secrets until the page of their run takes them: {agreement's id: {name: value}}. */
export function keepSecrets(secrets) {
    forgetSecrets();
    kept = secrets;
    timer = setTimeout(forgetSecrets, PATIENCE);
}

/** Return the secrets of an agreement, and keep nothing. */
export function takeSecrets(agreementId) {
    if (!kept?.[agreementId]) {
        return null;
    }
    const taken = { [agreementId]: kept[agreementId] };
    forgetSecrets();
    return taken;
}

export function forgetSecrets() {
    clearTimeout(timer);
    kept = null;
}
