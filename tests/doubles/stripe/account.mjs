// The account that the stand-in plays: its objects, its clock, and the events that tell of changes.
import { missing } from './errors.mjs';
import { render } from './shapes.mjs';
import { new_id } from './store.mjs';

export class Account {
    // base: address of the pages. version: what a call gets that names none. webhook_version: what
    // events are written in. tell: is called with each new event.
    constructor({ store, base, version, webhook_version, tell = () => {} }) {
        Object.assign(this, { store, base, version, tell });
        this.#version_at_start = webhook_version;
    }

    #version_at_start;
    #quiet = false;
    cause = null; // { id, idempotency_key } of the call that is being answered

    get webhook_version() {
        return this.store.get('setting', 'webhook_version') ?? this.#version_at_start;
    }

    set webhook_version(version) {
        this.store.put('setting', 'webhook_version', version);
    }

    // Seconds. Subscriptions live by the first one, which can be put forward; pages by the second.
    now() {
        return this.wall() + (this.store.get('setting', 'clock') ?? 0);
    }

    wall() {
        return Math.floor(Date.now() / 1000);
    }

    put_clock(to) {
        this.store.put('setting', 'clock', to - this.wall());
    }

    all(kind) {
        return [...this.store.table(kind).values()];
    }

    find(kind, id, param = 'id') {
        const found = this.store.get(kind, id);
        if (!found || found._deleted) throw missing(kind, id, param);
        return found;
    }

    add(object, type = '') {
        this.store.put(object.object, object.id, object);
        if (type) this.emit(type, object);
        return object;
    }

    // Changes an object, and tells of it where there is something to tell.
    change(object, changes, type = '') {
        const before = render(this, structuredClone(object), this.webhook_version);
        Object.assign(object, changes);
        this.store.put(object.object, object.id, object);
        const previous = differences(before, render(this, object, this.webhook_version));
        if (type && Object.keys(previous).length > 0) {
            this.emit(type, object, type.endsWith('.updated') ? previous : undefined);
        }
        return object;
    }

    // Does something that nobody is told of.
    quietly(act) {
        this.#quiet = true;
        act();
        this.#quiet = false;
    }

    emit(type, object, previous) {
        if (this.#quiet) return;
        const data = { object: structuredClone(render(this, object, this.webhook_version)) };
        if (previous) data.previous_attributes = previous;
        const event = {
            id: new_id('evt'),
            object: 'event',
            api_version: this.webhook_version,
            created: this.now(),
            data,
            livemode: false,
            pending_webhooks: 1,
            request: this.cause ?? { id: null, idempotency_key: null },
            type,
        };
        this.store.put('event', event.id, event);
        this.tell(event);
    }
}

// The old values of what is new.
function differences(before, after) {
    const changed = Object.keys(after).filter(
        (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
    );
    return Object.fromEntries(changed.map((name) => [name, before[name] ?? null]));
}
