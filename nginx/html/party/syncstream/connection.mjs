// One lasting conversation with the server over WebSockets that come and go: signing in, coming back
// after a loss without missing anything, requests and answers, events in order. What they mean is
// party.mjs's business.
import { Emitter } from './emitter.mjs';
import { Requests } from './requests.mjs';
import { Streams } from './stream.mjs';
import { real_time } from './time.mjs';
import { after_close, back_off, features, parse, protocol, snapshot_in } from './wire.mjs';

const hello_within_ms = 10_000;
const stable_after_ms = 60_000;
const silence_beyond_heartbeat_ms = 10_000;
const answer_within_ms = 5000;
const entering = new Set(['party:create', 'party:join']);
const own_close = 4000; // "come back and resume"; 1000 would mean that nobody comes back

/**
 * Tells:
 * - `status` {status}: connecting, open, waiting (for the next attempt), closed {code, reason}
 * - `hello` {data, resuming}; `resumed` {recovered: {name: boolean}} when what was missed is known
 * - `snapshot` {snapshot}, then `event` {message} for each numbered one, in order, without a gap
 * - `gap` {stream}: ask for a snapshot; of the stream `user` nothing is kept, so refetch
 * - `message` {message}: everything else
 */
export class Connection extends Emitter {
    #url;
    #credentials;
    #WebSocket;
    #time;
    #random;
    #client;
    #requests;
    #streams = new Streams((name, detail) => this.emit(name, detail));
    #room_id;
    #session = null;
    #socket = null;
    #status = 'closed';
    #ready = false;
    #failures = 0;
    #stale = false;
    #timers = {};
    #heard_at = 0;
    #heartbeat_ms = 25_000;

    /**
     * @param {object} parts
     * @param {string} parts.url `wss://host/ws/connect`
     * @param {(how: {refresh: boolean}) => Promise<{token?: string, ticket?: string}>} parts.credentials
     *     An access token, or a one-time ticket; `refresh`: the last one was no good any more
     * @param {object} [parts.client] name, version, platform, as `session:hello` has it
     * @param {typeof WebSocket} [parts.WebSocket]
     * @param {import('./time.mjs').Time} [parts.time]
     * @param {() => number} [parts.random]
     * @param {() => string} [parts.new_id]
     */
    constructor({ url, credentials, client = {}, ...world }) {
        super();
        this.#url = url;
        this.#credentials = credentials;
        this.#client = client;
        this.#WebSocket = world.WebSocket ?? globalThis.WebSocket;
        this.#time = world.time ?? real_time;
        this.#random = world.random ?? Math.random;
        const new_id = world.new_id ?? (() => crypto.randomUUID());
        this.#requests = new Requests(this.#time, new_id);
    }

    get status() {
        return this.#status;
    }

    /** Connects, and stays connected until `close`. */
    open() {
        if (this.#status === 'closed') this.#connect();
    }

    /** For good. */
    close() {
        this.#leave_socket(1000);
        this.#end(1000, 'left');
    }

    /**
     * Asks, and waits for the answer. A command outlives a lost connection; anything else fails with
     * `disconnected`.
     * @param {string} type
     * @param {object} [data]
     * @param {{command?: boolean}} [how]
     * @returns {Promise<object>} the reply's data; or fails with a PartyError
     */
    request(type, data = {}, { command = true } = {}) {
        const { frame, answer } = this.#requests.open(type, data, command);
        if (this.#ready) this.#send(frame);
        else if (!command || this.#status === 'closed') this.#requests.refuse(frame.id);
        return answer;
    }

    /** Says something that needs no answer, or nothing while there is no connection. */
    notify(type, data = {}) {
        if (this.#ready) this.#send({ type, data });
    }

    /** The network may have changed: finds out at once whether the connection still stands. */
    check() {
        if (this.#status === 'waiting') return this.#connect();
        if (!this.#ready) return;
        const asked = this.#time.now();
        this.emit('probe');
        this.#set('check', answer_within_ms, () => {
            if (this.#heard_at < asked) this.#lost(1006);
        });
    }

    /** Events of this stream are not wanted any more. */
    forget(stream) {
        this.#streams.forget(stream);
    }

    #set(name, ms, task) {
        this.#time.cancel(this.#timers[name]);
        this.#timers[name] = this.#time.after(ms, task);
    }

    #become(status, more = {}) {
        this.#status = status;
        this.emit('status', { status, ...more });
    }

    async #connect() {
        this.#time.cancel(this.#timers.retry);
        this.#become('connecting');
        const refresh = this.#stale;
        this.#stale = false;
        try {
            const given = await this.#credentials({ refresh });
            if (this.#status === 'connecting') this.#open_socket(given);
        } catch (error) {
            if (error?.retryable === false) return this.#end(4401, 'signed_out');
            this.#lost(1006);
        }
    }

    #open_socket({ token, ticket }) {
        const url = new URL(this.#url);
        if (ticket) url.searchParams.set('ticket', ticket);
        const protocols = ticket ? [protocol] : [protocol, `bearer.${token}`];
        const socket = new this.#WebSocket(url.href, protocols);
        this.#socket = socket;
        socket.onmessage = ({ data }) => this.#socket === socket && this.#received(data);
        socket.onclose = ({ code }) => this.#socket === socket && this.#lost(code);
        this.#set('silence', hello_within_ms, () => this.#lost(1006));
    }

    #send(message) {
        this.#socket.send(JSON.stringify(message));
    }

    #leave_socket(code) {
        const socket = this.#socket;
        this.#socket = null;
        this.#ready = false;
        for (const timer of Object.values(this.#timers)) this.#time.cancel(timer);
        if (!socket) return;
        socket.onmessage = null;
        socket.onclose = null;
        socket.close(code);
    }

    // A connection that never said hello may have been refused for its token: browsers don't tell.
    #lost(code) {
        const plan = after_close(code);
        this.#stale = plan === 'refresh' || !this.#ready;
        this.#leave_socket(own_close);
        this.#requests.disconnected();
        if (plan === 'stop') return this.#end(code);
        this.#come_back(plan === 'refresh' && this.#failures === 0 ? 0 : this.#next_wait());
    }

    #next_wait() {
        this.#failures += 1;
        return back_off(this.#failures - 1, this.#random());
    }

    #come_back(wait) {
        this.#streams.hold();
        this.#set('retry', wait, () => this.#connect());
        this.#become('waiting', { wait_ms: wait });
    }

    #end(code, reason) {
        this.#requests.refuse_all('disconnected');
        this.#session = null;
        this.#streams.clear();
        this.#become('closed', { code, reason });
    }

    #received(text) {
        this.#heard_at = this.#time.now();
        const message = parse(text);
        if (!message) return;
        if (this.#ready) this.#watch_silence();
        const settled = this.#requests.settle(message);
        if (entering.has(message.type)) this.#room_id = message.data?.roomId ?? this.#room_id;
        const snapshot = snapshot_in(message, this.#room_id);
        if (snapshot) this.#streams.begin(snapshot, () => this.emit('snapshot', { snapshot }));
        if (!settled && !snapshot) this.#hear(message);
    }

    #watch_silence() {
        const most = this.#heartbeat_ms + silence_beyond_heartbeat_ms;
        this.#set('silence', most, () => this.#lost(1006));
    }

    #hear(message) {
        const { type, data = {} } = message;
        if (type === 'hello') return this.#welcome(data);
        if (type === 'hb') return this.emit('probe');
        if (type === 'session:resumed') return this.#resumed(data);
        if (type === 'auth:expiring') return void this.#refresh();
        if (type === 'server:drain') return this.#drain(data);
        if (!this.#streams.take(message)) this.emit('message', { message });
    }

    #welcome(data) {
        const before = this.#session;
        this.#session = { id: data.sessionId, token: data.resumeToken };
        this.#heartbeat_ms = data.heartbeatMs ?? this.#heartbeat_ms;
        this.#ready = true;
        this.#watch_silence();
        this.#set('stable', stable_after_ms, () => (this.#failures = 0));
        this.#introduce();
        const streams = this.#streams.positions;
        const resuming = before !== null && streams.length > 0;
        this.#become('open');
        this.emit('hello', { data, resuming });
        if (resuming) this.#resume(before, streams);
        else this.#resumed({});
    }

    #introduce() {
        const about = { client: this.#client, features, appHeartbeat: true };
        const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
        this.#send({ type: 'session:hello', data: { ...about, tz: timeZone, locale } });
    }

    async #resume({ id, token }, streams) {
        const wanted = { sessionId: id, resumeToken: token, streams };
        try {
            this.#resumed(await this.request('session:resume', wanted, { command: false }));
        } catch (error) {
            if (error.code === 'disconnected') return;
            this.#resumed({ streams: streams.map(({ name }) => ({ name, recovered: false })) });
        }
    }

    // Answers come by id; a server that pushes `session:resumed` instead is understood as well.
    #resumed({ streams = [] }) {
        const recovered = Object.fromEntries(streams.map((one) => [one.name, one.recovered]));
        this.#streams.resume(streams);
        this.emit('resumed', { recovered });
        this.#repeat_commands();
    }

    #repeat_commands() {
        for (const frame of this.#requests.commands) this.#send(frame);
    }

    async #refresh() {
        try {
            const { token } = await this.#credentials({ refresh: true });
            if (token) this.notify('auth:refresh', { token });
        } catch {
            this.#stale = true;
        }
    }

    // The server goes away in a while and says when to come back, so that not all come at once.
    #drain({ reconnectAfterMs = 0 }) {
        this.#set('drain', reconnectAfterMs, () => {
            this.#leave_socket(own_close);
            this.#requests.disconnected();
            this.#come_back(0);
        });
    }
}
