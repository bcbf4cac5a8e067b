// What the socket promises message by message: the core that every client knows, envelopes, wrong
// data, permissions, and who is let in. The cases are in cases/; all of them share one service.
import { after, before } from 'node:test';
import { admission } from './cases/admission.mjs';
import { envelope } from './cases/envelope.mjs';
import { named } from './cases/figures.mjs';
import { personal } from './cases/personal.mjs';
import { refusals } from './cases/refusals.mjs';
import { required } from './cases/required.mjs';
import { secrecy } from './cases/secrecy.mjs';
import { skip, start_service } from './service.mjs';

let service;
before(async () => !skip && (service = await start_service()), { timeout: 120_000 });
after(() => service?.stop());
if (skip) console.log(`SKIPPED tests/party/protocol_test.mjs: ${skip}`);

const given = { service: () => service, skip };
// What takes minutes is begun first and looked at last.
const ends = [required, envelope, refusals, admission, personal, secrecy].map((cases) =>
    cases(given),
);
for (const end of ends) end?.();
named(given);
