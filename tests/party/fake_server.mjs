// The other end of a WebSocket, played by the test: it sees what the client says, and says, closes or
// keeps silent as told.
import { settle } from './virtual_time.mjs';

export class FakeServer {
    sockets = [];

    constructor() {
        const { sockets } = this;
        this.WebSocket = class {
            said = [];
            closed = null;

            constructor(url, protocols) {
                Object.assign(this, { url, protocols });
                sockets.push(this);
            }

            send(text) {
                this.said.push(JSON.parse(text));
            }

            close(code) {
                this.closed = code;
            }
        };
    }

    get socket() {
        return this.sockets.at(-1);
    }

    /** What the client said on the newest connection, of one type. */
    heard(type) {
        return this.socket.said.filter((one) => one.type === type);
    }

    async say(message) {
        this.socket.onmessage?.({ data: JSON.stringify(message) });
        await settle();
    }

    async hello(number = 1) {
        const session = { sessionId: `s${number}`, resumeToken: `r${number}` };
        await this.say({ type: 'hello', data: { ...session, heartbeatMs: 25_000 } });
    }

    /** Answers the last question of this type. */
    async answer(type, data = {}) {
        const { id } = this.heard(type).at(-1);
        await this.say({ type, id, ok: true, data });
    }

    async close(code) {
        this.socket.onclose?.({ code });
        await settle();
    }
}
