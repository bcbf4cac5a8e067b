// WebSocket frames by hand (RFC 6455), so that tests can send what no client would: a socket, the
// bytes of frames, and a reader of what comes back.
import { createHash, randomBytes } from 'node:crypto';
import net from 'node:net';

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

// One frame as a client sends it. `rsv` are the three reserved bits; `length` replaces the true one
// and is written in eight bytes.
export function frame(code, payload = '', { fin = true, rsv = 0, masked = true, length } = {}) {
    const body = Buffer.from(payload);
    const header = [(fin ? 0x80 : 0) | (rsv << 4) | code, masked ? 0x80 : 0];
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(length ?? BigInt(body.length));
    if (length !== undefined || body.length > 0xffff) {
        header[1] |= 127;
        header.push(...size);
    } else if (body.length > 125) {
        header[1] |= 126;
        header.push(...size.subarray(6));
    } else {
        header[1] |= body.length;
    }
    if (!masked) return Buffer.concat([Buffer.from(header), body]);
    const key = randomBytes(4);
    const hidden = body.map((byte, i) => byte ^ key[i % 4]);
    return Buffer.concat([Buffer.from(header), key, hidden]);
}

export const text = (payload, options) => frame(opcode.text, payload, options);
export const ping = (payload, options) => frame(opcode.ping, payload, options);

export function close(code, reason = '') {
    if (code === undefined) return frame(opcode.close);
    const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason)]);
    payload.writeUInt16BE(code);
    return frame(opcode.close, payload);
}

export const key = 'dGhlIHNhbXBsZSBub25jZQ==';
export const accepts = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');

// The request to upgrade; a header that is undefined is left out.
export function request(target = '/echo', headers = {}, method = 'GET') {
    const all = {
        Host: 'localhost',
        Upgrade: 'websocket',
        Connection: 'keep-alive, Upgrade',
        'Sec-WebSocket-Key': key,
        'Sec-WebSocket-Version': '13',
        ...headers,
    };
    const lines = Object.entries(all).filter(([, value]) => value !== undefined);
    return `${method} ${target} HTTP/1.1\r\n${lines.map(([n, v]) => `${n}: ${v}\r\n`).join('')}\r\n`;
}

export class Peer {
    #got = Buffer.alloc(0);
    #ended = false;
    #wake = () => {};

    constructor(port, options = {}) {
        this.socket = net.connect({ port, host: '127.0.0.1', noDelay: true, ...options });
        this.socket.on('data', (bytes) => {
            this.#got = Buffer.concat([this.#got, bytes]);
            this.#wake();
        });
        for (const event of ['end', 'error', 'close']) {
            this.socket.on(event, (error) => {
                this.error ??= error instanceof Error ? error.code : undefined;
                this.#ended = true;
                this.#wake();
            });
        }
    }

    // A peer whose upgrade was accepted; ends with the test `t`.
    static async open(t, port, target = '/echo', headers = {}) {
        const peer = new Peer(port);
        t.after(() => peer.socket.destroy());
        peer.send(request(target, headers));
        peer.answer = await peer.head();
        if (peer.answer.status !== 101) throw new Error(`refused: ${peer.answer.status}`);
        return peer;
    }

    send(...parts) {
        this.socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))));
        return this;
    }

    // In pieces of `size` bytes, each of which the server gets to see alone (more or less).
    async chop(bytes, size) {
        for (let at = 0; at < bytes.length; at += size) {
            this.socket.write(bytes.subarray(at, at + size));
            await new Promise(setImmediate);
        }
    }

    async #until(found) {
        for (;;) {
            const value = found();
            if (value !== undefined) return value;
            if (this.#ended) return undefined;
            await new Promise((resolve) => (this.#wake = resolve));
        }
    }

    #take(size) {
        const bytes = this.#got.subarray(0, size);
        this.#got = this.#got.subarray(size);
        return bytes;
    }

    // The head of an HTTP answer.
    async head() {
        const end = await this.#until(() => {
            const at = this.#got.indexOf('\r\n\r\n');
            return at < 0 ? undefined : at + 4;
        });
        if (end === undefined) return { status: 0, headers: {} };
        const [first, ...lines] = this.#take(end).toString('latin1').trim().split('\r\n');
        const headers = {};
        for (const line of lines) {
            const colon = line.indexOf(':');
            headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
        }
        return { status: Number(first.split(' ')[1]), headers };
    }

    // The rest, until the server ends.
    async rest() {
        await this.#until(() => undefined);
        return this.#take(this.#got.length);
    }

    // The next frame; nothing when the server has ended without one.
    next() {
        return this.#until(() => {
            const got = this.#got;
            if (got.length < 2) return undefined;
            const short = got[1] & 127;
            const start = short < 126 ? 2 : short === 126 ? 4 : 10;
            if (got.length < start) return undefined;
            let size = short;
            if (short === 126) size = got.readUInt16BE(2);
            if (short === 127) size = Number(got.readBigUInt64BE(2));
            if (got.length < start + size) return undefined;
            const all = this.#take(start + size);
            const one = {
                fin: all[0] >> 7 === 1,
                rsv: (all[0] >> 4) & 7,
                code: all[0] & 15,
                masked: all[1] >> 7 === 1,
                payload: all.subarray(start),
            };
            if (one.code === opcode.close && one.payload.length >= 2) {
                one.status = one.payload.readUInt16BE(0);
                one.reason = one.payload.subarray(2).toString();
            }
            return one;
        });
    }
}
