// Makes a media element do what the room's state says: at its time, from its position, and in step
// from then on. Works on anything with the interface of an HTMLMediaElement; knows no connection.
import { live, vod } from './drift.mjs';
import { Emitter } from './emitter.mjs';
import { Habits } from './habits.mjs';
import { Stalls } from './stalls.mjs';
import { Steering } from './steering.mjs';
import { real_time } from './time.mjs';
import { buffered_ahead, position_at } from './timeline.mjs';

const near_ms = 80; // closer than this, a seek would cost more than it brings
const frame_ms = 10; // paused pictures are the same when closer than this
const ready = { ask_ms: 250, repeat_ms: 2000, off_by_ms: 500, vod_ms: 5000, live_ms: 2000 };

/**
 * Tells: `drift` {drift_ms, rate, unstable}, about twice a second while playing; `ready` when the
 * room waits and this player could start; `buffering` {buffering}; `blocked` {reason} when it can't
 * play: autoplay, decoder, unavailable, or left (somebody paused this device by itself); `unblocked`.
 */
export class Player extends Emitter {
    #media;
    #clock;
    #time;
    #state = null;
    #phase = 'still'; // still, starting, running
    #blocked = null;
    #timer;
    #habits = new Habits();
    #sought = false; // since it last played
    #seek_began = null;
    #started = null;
    #steering;
    #stalls;

    /**
     * @param {{media: HTMLMediaElement, clock: import('./clock.mjs').ServerClock,
     *     time?: import('./time.mjs').Time}} parts
     */
    constructor({ media, clock, time = real_time }) {
        super();
        this.#media = media;
        this.#clock = clock;
        this.#time = time;
        this.#stalls = new Stalls(time, (buffering) => this.emit('buffering', { buffering }));
        this.#steering = new Steering({
            media,
            time,
            look: () => this.#look(),
            seek: () => this.#begin(),
            tell: (detail) => this.emit('drift', detail),
        });
        const heard = {
            seeked: () => this.#has_sought(),
            waiting: () => this.#has_stalled(),
            playing: () => this.#plays_again(),
            pause: () => this.#was_paused(),
            loadedmetadata: () => this.#has_loaded(),
            error: () => this.#block(media.error?.code === 3 ? 'decoder' : 'unavailable'),
        };
        for (const [name, react] of Object.entries(heard)) media.addEventListener(name, react);
    }

    /** Milliseconds in the media. */
    get position() {
        return this.#media.currentTime * 1000;
    }

    /** What the position lacks, in ms, as last measured; 0 while nothing plays. */
    get drift() {
        return this.#phase === 'running' ? this.#steering.drift : 0;
    }

    get blocked() {
        return this.#blocked;
    }

    /**
     * Carries a state out, now or when its time comes. A later call replaces an earlier one.
     * @param {import('./timeline.mjs').PlaybackState} state
     */
    follow(state) {
        this.#state = state;
        this.#time.cancel(this.#timer);
        if (this.#media.readyState < 1) return;
        if (state.status === 'playing') this.#run();
        else this.#rest();
    }

    /** Stops at once, for who presses the button: the room follows in a moment. */
    pause_here() {
        this.#time.cancel(this.#timer);
        this.#hold();
    }

    /** After `blocked`. Has to be called in a user's gesture: only then browsers allow sound. */
    join_playback() {
        this.#unblock();
        this.#media.play()?.catch(() => {});
        if (this.#state) this.follow(this.#state);
    }

    /** Leaves the element to itself, as it is. */
    release() {
        this.#time.cancel(this.#timer);
        this.#stalls.end();
        this.#steering.stop();
        this.#state = null;
        this.#phase = 'still';
    }

    /** Does what a `party:correct` asks, unless this player is already at it or has to rest. */
    correct({ mode }) {
        const can = this.#phase === 'running' && !this.#stalls.now;
        if (mode === 'seek' && can) this.#steering.seek_if_allowed(this.#rules);
    }

    /** The data of `party:report`. */
    report() {
        return {
            ver: this.#state?.ver,
            positionMs: Math.round(this.position),
            atServerMs: Math.round(this.#clock.now()),
            status: this.#stalls.now ? 'buffering' : this.#media.paused ? 'paused' : 'playing',
            rate: this.#media.playbackRate,
            bufferedMs: Math.round(buffered_ahead(this.#media)),
            driftMs: Math.round(this.drift),
            seeks: this.#steering.seeks,
            ...(this.#blocked && this.#blocked !== 'left' && { blocked: this.#blocked }),
        };
    }

    get #rules() {
        return this.#state?.media?.timeline === 'live' ? live : vod;
    }

    get #rate() {
        return this.#state.rate || 1;
    }

    get #length() {
        const seconds = this.#media.duration;
        return Number.isFinite(seconds) ? seconds * 1000 : Infinity;
    }

    #target(server_ms) {
        return position_at(this.#state, server_ms, this.#length);
    }

    #at(server_ms, task) {
        this.#time.cancel(this.#timer);
        const left = this.#clock.until(server_ms);
        if (left <= 0) task();
        else this.#timer = this.#time.after(left, task);
    }

    #rest() {
        const { status, atServerMs, ver } = this.#state;
        const stop = () => {
            this.#hold();
            const off = Math.abs(this.position - this.#target(0));
            if (off > (status === 'waiting' ? near_ms : frame_ms)) this.#go_to(this.#target(0));
            if (status === 'waiting') this.#tell_when_ready(ver);
        };
        if (status === 'paused' && this.#phase === 'running') this.#at(atServerMs, stop);
        else stop();
    }

    #hold() {
        this.#phase = 'still';
        this.#stalls.end();
        if (!this.#media.paused) this.#media.pause();
        this.#steering.stop();
    }

    #tell_when_ready(ver) {
        const is_ready = this.#is_ready();
        if (is_ready) this.emit('ready', { ver, ...is_ready });
        const again = is_ready ? ready.repeat_ms : ready.ask_ms;
        this.#timer = this.#time.after(again, () => this.#tell_when_ready(ver));
    }

    // What is loaded to its end counts as enough: there is no more of it.
    #is_ready() {
        const need = this.#rules === live ? ready.live_ms : ready.vod_ms;
        const ahead = buffered_ahead(this.#media);
        const whole = ahead > 0 && this.position + ahead >= this.#length - near_ms;
        const bufferedMs = Math.round(whole ? Math.max(ahead, need) : ahead);
        const off = Math.abs(this.position - this.#target(0));
        if (this.#media.seeking || off > ready.off_by_ms || bufferedMs < need) return null;
        const { mediaSeq } = this.#state;
        return { mediaSeq, bufferedMs, positionMs: Math.round(this.position) };
    }

    #run() {
        if (this.#blocked) return;
        const at = Math.max(this.#state.atServerMs, this.#clock.now());
        const there = this.position + this.#clock.until(at) * this.#steering.room_rate;
        const fits = Math.abs(this.#target(at) - there) <= near_ms;
        if (fits && this.#phase === 'running')
            this.#at(at, () => this.#steering.follow_rate(this.#rate));
        else this.#begin();
    }

    // Chooses the moment of starting: the room's, or the first one that this player can make; goes
    // to where the room will be then; and presses play as much earlier as starting takes.
    #begin() {
        this.#hold();
        this.#phase = 'starting';
        let at = this.#soonest(0);
        if (Math.abs(this.#target(at) - this.position) > near_ms) {
            this.#sought = true; // starting will take as long as it does after a seek
            at = this.#soonest(this.#habits.seek_ms);
            this.#go_to(this.#target(at));
        }
        const ahead = (this.position - this.#target(at)) / this.#rate;
        this.#at(at + ahead - this.#habits.start_ms(this.#sought), () => this.#press_play());
    }

    #soonest(preparing) {
        const mine = this.#clock.now() + preparing + this.#habits.start_ms(this.#sought);
        return Math.max(this.#state.atServerMs, mine);
    }

    #go_to(position) {
        this.#sought = true;
        this.#seek_began = this.#time.now();
        this.#media.currentTime = position / 1000;
    }

    #press_play() {
        this.#phase = 'running';
        const start = { local: this.#time.now(), position: this.position, sought: this.#sought };
        this.#started = this.#media.seeking ? null : start;
        this.#sought = false;
        this.#media.play()?.catch((error) => {
            if (error?.name === 'NotAllowedError') this.#block('autoplay');
        });
        this.#steering.begin(this.#rate);
    }

    // What the steering needs to know, twice a second.
    #look() {
        const now = this.#clock.now();
        const { seeking, ended, paused } = this.#media;
        if (seeking || ended || paused || this.#stalls.now) return null;
        const before = now < this.#state.anchorServerMs;
        if (before || this.#target(now) >= this.#length) return null;
        this.#learn_start();
        return { drift: this.#target(now) - this.position, rules: this.#rules };
    }

    #learn_start() {
        if (!this.#started) return;
        const { local, position, sought } = this.#started;
        const advanced = this.position - position;
        if (advanced <= 0) return;
        const took = this.#time.now() - local - advanced / this.#steering.room_rate;
        this.#habits.has_started(sought, Math.max(0, took));
        this.#started = null;
    }

    // Another film: what was wrong with the last one is past.
    #has_loaded() {
        if (['unavailable', 'decoder'].includes(this.#blocked)) this.#unblock();
        if (this.#state) this.follow(this.#state);
    }

    #has_sought() {
        if (this.#seek_began === null) return;
        this.#habits.has_sought(this.#time.now() - this.#seek_began);
        this.#seek_began = null;
    }

    #has_stalled() {
        this.#started = null;
        if (this.#phase === 'running' && !this.#media.seeking) this.#stalls.begin();
    }

    #plays_again() {
        this.#stalls.end();
        this.#steering.forget();
    }

    // Not by us: a headset's button, another app that wants the sound.
    #was_paused() {
        const { paused, ended } = this.#media;
        if (this.#phase === 'running' && paused && !ended && !this.#blocked) this.#block('left');
    }

    #block(reason) {
        this.#blocked = reason;
        this.#hold();
        this.emit('blocked', { reason });
    }

    #unblock() {
        this.#blocked = null;
        this.emit('unblocked');
    }
}
