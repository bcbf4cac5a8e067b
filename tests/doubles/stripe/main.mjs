// Runs the stand-in by itself. All it is told comes by the environment, secrets as names of files:
//   STRIPE_DOUBLE_FOLDER    where its state is kept, and `address`, written when it listens
//   STRIPE_DOUBLE_PORT      to listen on, or on the first free one after it (12111)
//   STRIPE_DOUBLE_KEY_FILE, STRIPE_DOUBLE_SECRETS_FILE   of the API; of webhooks, comma separated
//   STRIPE_DOUBLE_WEBHOOK   address that events are sent to
//   STRIPE_DOUBLE_CERTIFICATE   file of the certificate that this address is trusted by
//   STRIPE_DOUBLE_PRICES    file of what is for sale: [{ id, product, currency, unit_amount, interval }]
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Double } from './double.mjs';

const first_port = 12111;
const { env } = process;
const read = (name) => readFileSync(name, 'utf8').trim();

const address_file = join(env.STRIPE_DOUBLE_FOLDER, 'address');

const double = new Double({
    key: read(env.STRIPE_DOUBLE_KEY_FILE),
    file: join(env.STRIPE_DOUBLE_FOLDER, 'state'),
    prices: env.STRIPE_DOUBLE_PRICES ? JSON.parse(read(env.STRIPE_DOUBLE_PRICES)) : [],
    version: env.STRIPE_API_VERSION || undefined,
    webhooks: {
        url: env.STRIPE_DOUBLE_WEBHOOK,
        secrets: read(env.STRIPE_DOUBLE_SECRETS_FILE).split(','),
        certificate: env.STRIPE_DOUBLE_CERTIFICATE,
    },
});

// Started again by its keeper, it has to be where it was.
async function listen() {
    if (existsSync(address_file)) return double.listen(Number(new URL(read(address_file)).port));
    for (let port = Number(env.STRIPE_DOUBLE_PORT) || first_port; ; ++port) {
        try {
            return await double.listen(port);
        } catch (error) {
            if (error.code !== 'EADDRINUSE') throw error;
        }
    }
}

const base = await listen();
writeFileSync(`${address_file}.new`, `${base}\n`);
renameSync(`${address_file}.new`, address_file);
console.log(`listening at ${base}`);
for (const signal of ['SIGTERM', 'SIGINT']) {
    process.once(signal, async () => {
        await double.close();
        process.exit(0);
    });
}
