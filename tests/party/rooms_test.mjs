// Parties whose members are on different nodes: how people find them, get in and out, watch, talk,
// choose what comes next, and come back. The cases are in cases/; all of them share one service.
import { after, before } from 'node:test';
import { entering } from './cases/entering.mjs';
import { figures } from './cases/figures.mjs';
import { hosting } from './cases/hosting.mjs';
import { listing } from './cases/listing.mjs';
import { queueing } from './cases/queueing.mjs';
import { returning } from './cases/returning.mjs';
import { talking } from './cases/talking.mjs';
import { waiting } from './cases/waiting.mjs';
import { watching } from './cases/watching.mjs';
import { skip, start_service } from './service.mjs';

let service;
before(async () => !skip && (service = await start_service()), { timeout: 120_000 });
after(() => service?.stop());
if (skip) console.log(`SKIPPED tests/party/rooms_test.mjs: ${skip}`);

const given = { service: () => service, skip };
// What takes minutes is begun first and looked at last.
const ends = [
    hosting,
    entering,
    listing,
    watching,
    waiting,
    talking,
    queueing,
    returning,
].map((cases) => cases(given));
for (const end of ends) end?.();
figures(given);
