// A line as bad as those to houses and trains, in front of a TCP or unix socket: bytes take their time,
// and a lost packet, which TCP sends again, keeps all behind it waiting. It can also be dead for a
// while without telling anybody, as when a router fails. What it can't show is what TCP itself does
// meanwhile; in return it needs neither rights nor modules of the kernel, which netem does.
import net from 'node:net';
import { once } from 'node:events';

const packet_bytes = 1448;
const least_resend_ms = 200; // Linux sends again after a round trip and this, at the earliest

export class RoughLine {
    #ends = new Set();
    #waiting = new Set(); // of the directions that have something to pass on
    #dead = false;
    #server;

    /**
     * @param {object} to what net.connect takes
     * @param {object} quality delay_ms and jitter_ms of one way, loss (a part of the packets), random
     */
    constructor(to, { delay_ms = 0, jitter_ms = 0, loss = 0, random = Math.random } = {}) {
        Object.assign(this, { to, delay_ms, jitter_ms, loss, random });
    }

    async open() {
        this.#server = net.createServer((near) => this.#join(near));
        this.#server.listen(0, '127.0.0.1');
        await once(this.#server, 'listening');
        return this;
    }

    get port() {
        return this.#server.address().port;
    }

    // Nothing passes any more, and nobody is told.
    die() {
        this.#dead = true;
    }

    // What was held goes on its way.
    revive() {
        this.#dead = false;
        for (const go_on of this.#waiting) go_on();
    }

    // The connections that went through it are forgotten.
    reset() {
        for (const socket of this.#ends) {
            if (socket.remoteFamily) socket.resetAndDestroy();
            else socket.destroy();
        }
    }

    async close() {
        this.reset();
        this.#server.close();
        await once(this.#server, 'close');
    }

    #join(near) {
        const far = net.connect(this.to);
        for (const [from, to] of [
            [near, far],
            [far, near],
        ]) {
            this.#ends.add(from);
            from.setNoDelay?.(true);
            from.on('error', () => {});
            this.#carry(from, to);
        }
    }

    #carry(from, to) {
        const under_way = [];
        let last = 0;
        let timer;
        // Timers may come early, by what the event loop was late when they were set.
        const go_on = () => {
            while (!this.#dead && under_way.length > 0 && under_way[0].due <= performance.now()) {
                under_way.shift().deliver();
            }
            clearTimeout(timer);
            if (under_way.length === 0) this.#waiting.delete(go_on);
            else if (!this.#dead) timer = setTimeout(go_on, under_way[0].due - performance.now());
        };
        const send = (bytes, deliver) => {
            last = Math.max(last, performance.now() + this.#way(bytes));
            under_way.push({ due: last, deliver });
            this.#waiting.add(go_on);
            go_on();
        };
        from.on('data', (part) => send(part.length, () => to.write(part)));
        from.on('end', () => send(0, () => to.end()));
        from.on('close', () => {
            this.#ends.delete(from);
            send(0, () => to.destroy());
        });
    }

    // How long so many bytes are under way.
    #way(bytes) {
        const varied = this.delay_ms + this.jitter_ms * (2 * this.random() - 1);
        let resent = 0;
        for (let left = bytes; left > 0; left -= packet_bytes) {
            if (this.random() < this.loss) resent = 2 * this.delay_ms + least_resend_ms;
        }
        return varied + resent;
    }
}
