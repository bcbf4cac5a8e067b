// Lists of the page: people and chat. What people wrote is put in as text, never as markup, and each
// piece finds its own direction.

/** An element with attributes and children. */
export function element(name, attributes = {}, ...children) {
    const node = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
        else node.setAttribute(key, value);
    }
    node.append(...children);
    return node;
}

const words = (text, className = '') => element('bdi', { class: className }, String(text));

// Keeps the node of each item, so that a screen reader hears only what is new.
function keep(list, items, key, fill) {
    const nodes = new Map([...list.children].map((node) => [node.dataset.key, node]));
    const wanted = items.map((item) => {
        const node = nodes.get(String(key(item))) ?? element('li', { 'data-key': key(item) });
        nodes.delete(node.dataset.key);
        const looks = JSON.stringify(item);
        if (node.dataset.looks !== looks) node.replaceChildren(...fill(item));
        node.dataset.looks = looks;
        return node;
    });
    for (const node of nodes.values()) node.remove();
    wanted.forEach((node, index) => {
        if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
    });
}

/** 83 s as 1:23. */
export function clock_text(seconds) {
    const whole = Math.max(0, Math.floor(seconds || 0));
    const two = (number) => String(number).padStart(2, '0');
    const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
    return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}`;
}

/** A drift in words: what the position lacks is being behind. */
export function drift_text(drift_ms) {
    const ms = Math.round(drift_ms);
    return ms === 0 ? 'exactly in step' : `${Math.abs(ms)} ms ${ms > 0 ? 'behind' : 'ahead'}`;
}

const drift_mark = (drift_ms) =>
    element(
        'span',
        { class: Math.abs(drift_ms) <= 50 ? 'drift near' : 'drift' },
        drift_text(drift_ms),
    );

/**
 * @param {HTMLElement} list
 * @param {object[]} members with `me`, `can_lead` and, if known, `driftMs`
 * @param {{kick: (id: string) => void, promote: (id: string) => void}} acts
 */
export function show_people(list, members, { kick, promote }) {
    keep(
        list,
        members,
        (one) => one.memberId,
        (member) => {
            const { memberId, userName, role, status, me, can_lead, driftMs } = member;
            const parts = [words(userName), element('span', { class: 'role' }, role)];
            if (me) parts.push(element('span', { class: 'role' }, 'you'));
            if (status && status !== 'active')
                parts.push(element('span', { class: 'role' }, status));
            if (Number.isFinite(driftMs)) parts.push(drift_mark(driftMs));
            if (can_lead && !me) {
                const about = (verb) => ({ type: 'button', 'aria-label': `${verb} ${userName}` });
                const host = { ...about('Make host:'), onclick: () => promote(memberId) };
                const out = { ...about('Remove'), onclick: () => kick(memberId) };
                parts.push(element('button', host, 'Make host'), element('button', out, 'Remove'));
            }
            return parts;
        },
    );
}

/** @param {HTMLElement} list @param {object[]} messages oldest first */
export function show_chat(list, messages) {
    const at_end = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    keep(
        list,
        messages,
        (one) => one.msgId,
        ({ userName, message, deleted }) => [
            words(userName, 'name'),
            ' ',
            deleted ? element('em', {}, 'removed') : words(message),
        ],
    );
    if (at_end) list.scrollTop = list.scrollHeight;
}
