// The official library of Stripe, from the packages in $CLIENT_PACKAGES (see ops/test).
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(join(resolve(process.env.CLIENT_PACKAGES), 'package.json'));
export const Stripe = require('stripe');

// A client that asks a stand-in; it repeats nothing by itself unless it is told to.
export function connect(base, key_of, more = {}) {
    const { hostname, port } = new URL(base);
    return new Stripe(key_of, {
        host: hostname,
        port,
        protocol: 'http',
        maxNetworkRetries: 0,
        ...more,
    });
}
