// What a person sees on the page: which texts, and what does not fit.
() => {
    const page = document.documentElement;
    const dialogs = document.querySelectorAll(".modal");
    const roots = dialogs.length ? [...dialogs] : [...document.querySelectorAll(".o_action_manager")];
    // These scroll sideways by design; and the chatter is not ours.
    const SCROLLS = ".o-mail-Chatter, .o_pivot, .table-responsive, .o_notebook_headers, .settings_tab, .o_calendar_container";
    // What must never be shortened: labels, buttons, states, amounts, column titles.
    const WHOLE =
        ".badge, .btn, .o_arrow_button, .o_form_label, label, .alert, .o_stat_text, .o_stat_value," +
        " .o_list_number, .o_list_monetary, th .o_list_renderer_title, thead th > div > span, h1, h2";

    const isVisible = (el) => {
        const { width, height } = el.getBoundingClientRect();
        return width > 0 && height > 0 && getComputedStyle(el).visibility !== "hidden";
    };
    const nameOf = (el) =>
        `${el.tagName.toLowerCase()}.${[...el.classList].slice(0, 3).join(".")} "${el.textContent.trim().slice(0, 60)}"`;

    const cutOff = [];
    if (page.scrollWidth > page.clientWidth + 1) {
        cutOff.push(`the page is ${page.scrollWidth - page.clientWidth} px too wide`);
    }
    const texts = new Set();
    for (const root of roots) {
        for (const el of root.querySelectorAll("*")) {
            if (!isVisible(el)) {
                continue;
            }
            for (const name of ["title", "aria-label", "placeholder", "data-tooltip"]) {
                if (el.getAttribute(name)) {
                    texts.add(el.getAttribute(name).trim());
                }
            }
            for (const node of el.childNodes) {
                if (node.nodeType === Node.TEXT_NODE && node.textContent.trim()) {
                    texts.add(node.textContent.trim().replace(/\s+/g, " "));
                }
            }
            const scroller = el.closest(SCROLLS);
            // A list scrolls too, but what does not fit its column is cut off all the same.
            if (scroller && !scroller.matches(".o_list_renderer")) {
                continue;
            }
            const { right } = el.getBoundingClientRect();
            if (!scroller && el.textContent.trim() && right > page.clientWidth + 1) {
                cutOff.push(`outside: ${nameOf(el)}`);
            } else if (el.matches(WHOLE) && el.scrollWidth > el.clientWidth + 1 && el.clientWidth) {
                cutOff.push(`shortened: ${nameOf(el)}`);
            }
        }
    }
    return { cutOff, texts: [...texts] };
};
