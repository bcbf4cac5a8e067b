// The whole service, as `make run` starts it, for clients that are written for Node.js. Needs a
// finished build in $BUILD.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

// Ports that nobody uses, held until all are chosen, so that they differ.
async function free_ports(count) {
    const servers = Array.from({ length: count }, () => net.createServer().listen(0, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    const ports = servers.map((server) => server.address().port);
    await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    return ports;
}

// { api, site, metrics, folder, secret(name), stop() }: the address of its routes, without TLS;
// that of its pages, with TLS; that of its figures; its folder; one of its secrets; and its end.
export async function start_world(settings = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'syncstream-client.'));
    const [https, http, metrics, plain, stripe] = await free_ports(5);
    const ports = {
        SYNCSTREAM_HTTPS_PORT: https,
        SYNCSTREAM_HTTP_PORT: http,
        SYNCSTREAM_METRICS_PORT: metrics,
        SYNCSTREAM_BENCH_PORT: plain,
        SYNCSTREAM_STRIPE_PORT: stripe,
    };
    const fixed = { SYNCSTREAM_VAR: folder, SYNCSTREAM_DEMO: 0, RATE_LIMIT_MULTIPLIER: 1000 };
    const env = { ...process.env, ...ports, ...fixed, ...settings };
    const child = spawn('ops/dev', { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = once(child, 'exit');
    const stop = async () => {
        child.kill('SIGTERM');
        await ended;
        rmSync(folder, { recursive: true, force: true });
    };
    try {
        await readiness(child);
    } catch (error) {
        await stop();
        throw error;
    }
    const secret = (name) => readFileSync(join(folder, 'secrets', name), 'utf8').trim();
    const api = `http://127.0.0.1:${plain}/api/v1`;
    const site = `https://localhost:${https}`;
    return { api, site, metrics: `http://127.0.0.1:${metrics}/metrics`, folder, secret, stop };
}

function readiness(child) {
    let said = '';
    return new Promise((ready, fail) => {
        const listen = (part) => {
            said += part;
            if (said.includes('SyncStream is ready at')) ready();
        };
        child.stdout.on('data', listen);
        child.stderr.on('data', listen);
        child.once('exit', () => fail(new Error(`the service did not start: ${said}`)));
    });
}
