// Three people watch together in Chromium, over the whole service with TLS. Needs a finished build,
// Debian's chromium and the packages of tests/clients; what is missing is said, and skipped.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { start_world } from '../clients/world.mjs';

const browser_program = '/usr/bin/chromium';
const packages = resolve(process.env.CLIENT_PACKAGES ?? 'build/clients');
const missing = [browser_program, join(packages, 'node_modules/playwright-core')].find(
    (path) => !existsSync(path),
);
const skip = missing ? `there is no ${missing}` : false;
if (skip) console.log(`SKIPPED tests/party/browser_test.mjs: ${skip}`);

const password = 'a-long-walk-home-1';
const in_step_ms = 100;
const patience = { timeout: 30_000 };

let world;
let browser;
before(
    async () => {
        if (skip) return;
        world = await start_world();
        const { chromium } = createRequire(join(packages, 'package.json'))('playwright-core');
        const as_root = process.getuid() === 0 ? ['--no-sandbox'] : [];
        const args = [...as_root, '--mute-audio', '--disable-dev-shm-usage'];
        browser = await chromium.launch({ executablePath: browser_program, args });
    },
    { timeout: 120_000 },
);
after(async () => {
    await browser?.close();
    await world?.stop();
});

// Somebody at a device of their own, signed up through the page.
async function person(name, code = '') {
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    page.complaints = [];
    page.on('pageerror', (error) => page.complaints.push(error.message));
    page.on('console', (said) => said.type() === 'error' && page.complaints.push(said.text()));
    await page.goto(`${world.site}/party${code && `#code=${code}`}`);
    await page.fill('#signup [name=full_name]', name);
    await page.fill('#signup [name=email]', `${name.toLowerCase()}@example.com`);
    await page.fill('#signup [name=password]', password);
    await page.click('#signup button');
    await page.waitForSelector('#lobby:not([hidden])', patience);
    return page;
}

async function enter(page, form) {
    await page.click(`#${form} button`);
    await page.waitForSelector('#room:not([hidden])', patience);
}

// What a page says of itself, from the very module that it runs: where it is, and where the room is
// at the same moment by its clock of the server.
const look = (page) =>
    page.evaluate(async () => {
        const { party } = await import('/party/party.mjs');
        const { position_at } = await import('/party/syncstream/index.mjs');
        const video = document.querySelector('video');
        const position = video.currentTime * 1000;
        const room = position_at(party.room.state, party.clock.now(), video.duration * 1000);
        const { status } = party.room.state;
        return { position, off: position - room, status, paused: video.paused };
    });

async function until(what, is_so) {
    const end = Date.now() + patience.timeout;
    let last;
    while (Date.now() < end) {
        last = await is_so();
        if (last === true) return;
        await new Promise((done) => setTimeout(done, 250));
    }
    assert.fail(`${what} did not come: ${JSON.stringify(last)}`);
}

// All play and are in step, and stay it: the middle one of ten looks at each page tells.
async function stay_in_step(pages, when) {
    await until(`in step ${when}`, async () => {
        const seen = await Promise.all(pages.map(look));
        const fine = seen.every(({ off, paused }) => !paused && Math.abs(off) <= in_step_ms);
        return fine || seen;
    });
    const looks = [];
    for (let i = 0; i < 10; i += 1) {
        looks.push(await Promise.all(pages.map(look)));
        await pages[0].waitForTimeout(200);
    }
    const middle = pages.map((_, who) => {
        const offs = looks.map((seen) => Math.abs(seen[who].off)).sort((one, other) => one - other);
        return offs[5];
    });
    console.log(`${when}: off by ${middle.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    for (const ms of middle) assert.ok(ms <= in_step_ms, `${when}: ${middle}`);
    return looks.at(-1);
}

async function slide_to(page, seconds) {
    await page.locator('#position').evaluate((slider, value) => {
        slider.value = value;
        slider.dispatchEvent(new Event('input'));
        slider.dispatchEvent(new Event('change'));
    }, seconds);
}

test('three people watch together', { skip, timeout: 300_000 }, async () => {
    const john = await person('John');
    await enter(john, 'create');
    await john.waitForFunction(
        () => document.querySelector('#code').textContent !== '',
        null,
        patience,
    );
    const code = await john.textContent('#code');
    const sarah = await person('Sarah', code);
    const mike = await person('Mike', code);
    for (const page of [sarah, mike]) {
        assert.equal(await page.inputValue('#join [name=code]'), code);
        await enter(page, 'join');
    }
    const all = [john, sarah, mike];
    await until('all are listed', async () => (await john.locator('#people li').count()) === 3);
    assert.equal(await sarah.isDisabled('#play'), true, 'only the host steers');

    await john.click('#play');
    await stay_in_step(all, 'after play');

    await slide_to(john, 90);
    const sought = await stay_in_step(all, 'after a seek');
    for (const { position } of sought) assert.ok(position > 85_000, `${position}`);

    await sarah.fill('#say input', '<b>Great scene!</b> שלום');
    await sarah.press('#say input', 'Enter');
    for (const page of all) {
        await page.waitForSelector('#chat li >> text=<b>Great scene!</b>', patience);
    }

    await john.click('#play');
    await until('all stand on one picture', async () => {
        const seen = await Promise.all(all.map(look));
        const first = seen[0].position;
        const same = seen.every((one) => one.paused && Math.abs(one.position - first) <= 40);
        return (same && seen[0].status === 'paused') || seen;
    });

    const devtools = await mike.context().newCDPSession(mike);
    await devtools.send('Network.enable');
    const slow = {
        offline: false,
        latency: 300,
        downloadThroughput: 60_000,
        uploadThroughput: 20_000,
    };
    await devtools.send('Network.emulateNetworkConditions', slow);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
    await john.click('#play');
    await stay_in_step(all, 'with one device slow');

    await mike.click('#leave');
    await until('Mike is gone', async () => (await john.locator('#people li').count()) === 2);
    for (const page of all) assert.deepEqual(page.complaints, []);
});
