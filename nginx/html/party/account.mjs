// Signing in over the HTTP routes. Tokens stay in this module's memory: neither storage nor address
// nor page ever has them, and closing the page forgets them.

/** An answer that was no success; `message` is for people, in their language. */
export class Refusal extends Error {
    constructor(status, { message, error } = {}) {
        const fields = Object.values(error?.fields ?? {});
        super([message, ...fields].filter(Boolean).join(' ') || `The service answered ${status}`);
        this.status = status;
        this.retryable = status >= 500 || status === 429;
    }
}

export class Account {
    #tokens = null;
    #refreshing = null;

    get signed_in() {
        return this.#tokens !== null;
    }

    /** @param {{email: string, password: string}} given @returns {Promise<object>} the user */
    login(given) {
        return this.#enter('login', given);
    }

    /** @param {{email: string, password: string, full_name: string}} given */
    signup(given) {
        return this.#enter('signup', given);
    }

    /** What a Connection wants. @param {{refresh: boolean}} how */
    async credentials({ refresh }) {
        if (refresh) await this.#refresh();
        return { token: this.#tokens.access_token };
    }

    async #enter(route, given) {
        const { user, access_token, refresh_token } = await post(route, given);
        this.#tokens = { access_token, refresh_token };
        return user;
    }

    // A refresh token is good once, so two who need it share one use.
    async #refresh() {
        const { refresh_token } = this.#tokens;
        this.#refreshing ??= this.#enter('refresh', { refresh_token }).finally(() => {
            this.#refreshing = null;
        });
        await this.#refreshing;
    }
}

async function post(route, body) {
    const answer = await fetch(`/api/v1/auth/${route}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refusal(answer.status, said);
    return said.data;
}
