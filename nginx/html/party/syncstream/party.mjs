// A watch party as an app sees it: one object that connects, keeps the clock, knows the room and moves
// the player. An app that needs less takes the parts.
import { ClockPings, ServerClock } from './clock.mjs';
import { Connection } from './connection.mjs';
import { Emitter } from './emitter.mjs';
import { Player } from './player.mjs';
import { apply, room_from } from './room.mjs';
import { real_time } from './time.mjs';

const report_ms = { moving: 5000, calm: 15_000 };
const stats_ms = 30_000;
const calm_drift_ms = 40;
const ask_again_ms = 2000;
const told_to_room = new Set(['autoplay', 'drm', 'unavailable', 'decoder']);
const gone = new Set(['not_in_room', 'room_not_found', 'room_ended', 'banned', 'forbidden']);

/**
 * Tells: `room` (Room or null) after each change; `event` {message} of the room; `message` {message}
 * that is not numbered; `status` as Connection has it; `drift`, `blocked`, `unblocked` as Player has
 * them; `left` {reason} when the room is over for this client.
 */
export class Party extends Emitter {
    #connection;
    #clock;
    #pings;
    #player;
    #time;
    #room = null;
    #name;
    #timers = {};
    #asking = false;

    /**
     * @param {object} parts
     * @param {HTMLMediaElement} parts.media
     * @param {string} parts.url see Connection, also for `credentials`, `client`, `WebSocket`
     * @param {import('./time.mjs').Time} [parts.time]
     */
    constructor({ media, time = real_time, ...parts }) {
        super();
        this.#time = time;
        this.#clock = new ServerClock(time);
        this.#connection = new Connection({ time, ...parts });
        this.#pings = new ClockPings(this.#clock, (t0) => this.notify('sync:ping', { t0 }), time);
        this.#player = new Player({ media, clock: this.#clock, time });
        this.#listen_to_connection();
        this.#listen_to_player();
    }

    get room() {
        return this.#room;
    }

    get clock() {
        return this.#clock;
    }

    get player() {
        return this.#player;
    }

    get status() {
        return this.#connection.status;
    }

    connect() {
        this.#connection.open();
    }

    close() {
        this.#forget_room();
        this.#connection.close();
    }

    /** The network or the visibility changed: measures anew, and comes back at once if need be. */
    check() {
        this.#connection.check();
        if (this.status === 'open') this.#pings.hurry();
    }

    /** Anything of the protocol. See Connection. */
    request(type, data, how) {
        return this.#connection.request(type, data, how);
    }

    notify(type, data) {
        this.#connection.notify(type, data);
    }

    /** @param {{userName?: string, title?: string, media?: object, settings?: object}} wanted */
    async create(wanted = {}) {
        this.#name = wanted.userName;
        const made = await this.request('party:create', wanted);
        await this.#enter(made);
        return made;
    }

    /**
     * @param {{roomId?: string, code?: string, inviteToken?: string, userName?: string,
     *     password?: string}} wanted
     * @returns {Promise<object>} `pending: true`: a host has to say yes first
     */
    async join(wanted) {
        this.#name = wanted.userName;
        const joined = await this.request('party:join', { ready: true, ...wanted });
        if (!joined.pending) await this.#enter(joined);
        return joined;
    }

    async leave() {
        this.#forget_room();
        return this.request('party:leave');
    }

    /** @param {number} [positionMs] none: from where the room is */
    play(positionMs) {
        return this.request('party:play', positionMs === undefined ? {} : { positionMs });
    }

    pause() {
        const positionMs = Math.max(0, Math.round(this.#player.position));
        this.#player.pause_here();
        return this.#or_undo(this.request('party:pause', { positionMs }));
    }

    /** @param {number} positionMs */
    seek(positionMs) {
        return this.request('party:seek', { positionMs: Math.max(0, Math.round(positionMs)) });
    }

    /** @param {number} rate 0.5 to 2 */
    rate(rate) {
        return this.request('party:rate', { rate });
    }

    /** @param {object} media see the contract: a name of what is played, never an address */
    choose(media) {
        return this.request('party:media', { media });
    }

    /** @param {string} message */
    chat(message) {
        return this.request('party:chat', { message });
    }

    // The player had done it already; a refusal takes it back.
    async #or_undo(answer) {
        try {
            return await answer;
        } catch (error) {
            if (this.#room) this.#player.follow(this.#room.state);
            throw error;
        }
    }

    // A reply without a snapshot is followed by one that is asked for.
    async #enter({ roomId, member, code, inviteUrl }) {
        if (this.#room?.roomId !== roomId) await this.#ask_for_snapshot();
        const known = Object.entries({ code, inviteUrl, me: member?.memberId });
        const more = Object.fromEntries(known.filter(([, value]) => value !== undefined));
        this.#change({ ...this.#room, ...more });
        this.#report_later();
    }

    #listen_to_connection() {
        const connection = this.#connection;
        connection.on('status', (detail) => this.#status_changed(detail));
        connection.on('probe', () => this.#pings.hurry(1));
        connection.on('hello', () => {
            this.#pings.start();
            this.#stats_later();
        });
        connection.on('snapshot', ({ snapshot }) => this.#take_snapshot(snapshot));
        connection.on('event', ({ message }) => this.#take_event(message));
        connection.on('message', ({ message }) => this.#take_word(message));
        connection.on('resumed', ({ recovered }) => this.#resumed(recovered));
        connection.on('gap', ({ stream }) => {
            if (stream !== 'user') this.#recover();
            else this.emit('missed');
        });
    }

    #status_changed(detail) {
        if (detail.status !== 'open') this.#be_silent();
        if (detail.status === 'closed') this.#forget_room(String(detail.code));
        this.emit('status', detail);
    }

    #be_silent() {
        this.#pings.stop();
        this.#time.cancel(this.#timers.stats);
    }

    #resumed(recovered) {
        if (this.#room && recovered[`room:${this.#room.roomId}`] !== true) this.#recover();
    }

    // One at a time, until there is a snapshot or no room.
    async #recover() {
        if (this.#asking || !this.#room) return;
        this.#asking = true;
        try {
            await this.#ask_for_snapshot();
        } catch (error) {
            if (gone.has(error.code)) await this.#join_again();
            else this.#set('recover', ask_again_ms, () => this.#recover());
        } finally {
            this.#asking = false;
        }
    }

    #ask_for_snapshot() {
        return this.request('party:snapshot', {}, { command: false });
    }

    async #join_again() {
        const { roomId } = this.#room;
        try {
            await this.join({ roomId, userName: this.#name });
        } catch (error) {
            if (gone.has(error.code)) this.#forget_room(error.code);
            else this.#set('recover', ask_again_ms, () => this.#recover());
        }
    }

    #take_snapshot(snapshot) {
        const before = this.#room?.roomId === snapshot.roomId ? this.#room : null;
        this.#change(room_from(snapshot, before));
        this.#player.follow(this.#room.state);
    }

    #take_event(message) {
        if (!this.#room || message.room !== this.#room.roomId) {
            return this.emit('message', { message });
        }
        this.#change(apply(this.#room, message));
        if (message.type === 'party:state') this.#player.follow(this.#room.state);
        this.emit('event', { message });
        if (this.#room?.ended) this.#forget_room(this.#room.ended);
    }

    #take_word(message) {
        const { type, data } = message;
        if (type === 'sync:pong') this.#pings.answered(data);
        else if (type === 'party:correct') this.#player.correct(data);
        else if (type === 'party:kicked') this.#forget_room('kicked');
        this.emit('message', { message });
    }

    #change(room) {
        this.#room = room;
        this.emit('room', room);
    }

    #forget_room(reason) {
        const room = this.#room;
        for (const name of ['report', 'recover']) this.#time.cancel(this.#timers[name]);
        if (!room) return;
        this.#player.release();
        this.#connection.forget(`room:${room.roomId}`);
        this.#change(null);
        if (reason) this.emit('left', { reason });
    }

    #listen_to_player() {
        const player = this.#player;
        player.on('ready', (data) => this.notify('party:ready', data));
        player.on('buffering', ({ buffering }) => {
            const { positionMs, ver } = player.report();
            this.notify('party:buffering', { buffering, positionMs, ver });
        });
        player.on('blocked', (detail) => {
            if (told_to_room.has(detail.reason)) this.notify('party:blocked', detail);
            this.emit('blocked', detail);
        });
        player.on('unblocked', () => this.emit('unblocked'));
        player.on('drift', (detail) => this.emit('drift', detail));
    }

    #set(name, ms, task) {
        this.#time.cancel(this.#timers[name]);
        this.#timers[name] = this.#time.after(ms, task);
    }

    #report_later() {
        const moving = this.#room.state.status === 'playing';
        const calm = !moving || Math.abs(this.#player.drift) < calm_drift_ms;
        this.#set('report', calm ? report_ms.calm : report_ms.moving, () => {
            this.notify('party:report', this.#player.report());
            this.#report_later();
        });
    }

    #stats_later() {
        this.#set('stats', stats_ms, () => {
            this.notify('sync:stats', this.#clock.quality);
            this.#stats_later();
        });
    }
}
