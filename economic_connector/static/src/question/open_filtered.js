import { registry } from "@web/core/registry";

/**
 * Opens a list with a filter that stands in the search bar: the user sees it, edits it and keeps it
 * as a favourite, which a domain inside of an action does not allow.
 */
function openFiltered(env, { params: { action, description, domain } }) {
    return env.services.action.doAction(action, {
        props: { dynamicFilters: [{ description, domain }] },
    });
}

registry.category("actions").add("economic_open_filtered", openFiltered);
