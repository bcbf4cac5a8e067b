// The page at /party: joins what people press with what the room does. The work is done by the module
// in syncstream/; here is only what an app has to add.
import { Account } from './account.mjs';
import { Film } from './film.mjs';
import { Party, may, position_at } from './syncstream/index.mjs';
import { clock_text, drift_text, show_chat, show_people } from './view.mjs';

const badge_after_ms = 3000;
const refresh_ms = 250;
const $ = (id) => document.getElementById(id);
const address = new URL('/ws/connect', location.href.replace(/^http/, 'ws'));

const account = new Account();
const video = $('film');
const film = new Film(video);

/** The party of this page; tests and curious people import it. */
export const party = new Party({
    media: video,
    url: address.href,
    credentials: (how) => account.credentials(how),
    client: { name: 'party page', version: '1', platform: 'web' },
});

function show(main) {
    for (const id of ['sign_in', 'lobby', 'room']) $(id).hidden = id !== main;
    $('leave').hidden = main !== 'room';
}

function complain(error) {
    $('problem').textContent = error?.message ?? '';
    $('problem').hidden = !error;
}

// One thing at a time, and what goes wrong is said.
async function attempt(task, button) {
    complain(null);
    if (button) button.disabled = true;
    try {
        return await task();
    } catch (error) {
        complain(error);
        return undefined;
    } finally {
        if (button) button.disabled = false;
    }
}

function on_submit(id, task) {
    $(id).addEventListener('submit', (event) => {
        event.preventDefault();
        const fields = [...new FormData(event.target)].filter(([, value]) => value !== '');
        void attempt(() => task(Object.fromEntries(fields), event.target), event.submitter);
    });
}

function on_click(id, task) {
    $(id).addEventListener('click', () => void attempt(task));
}

const invited = () => new URLSearchParams(location.hash.slice(1)).get('code') ?? '';

async function enter(user) {
    for (const id of ['create', 'join']) $(id).elements.userName.value ||= user.full_name ?? '';
    $('join').elements.code.value ||= invited();
    party.connect();
    show('lobby');
    (invited() ? $('join') : $('create')).querySelector('button').focus();
}

on_submit('login', async (given) => enter(await account.login(given)));
on_submit('signup', async (given) => enter(await account.signup(given)));
on_submit('create', (given) => party.create({ ...given, media: film.sample }));
on_submit('join', async (given) => {
    const { pending } = await party.join(given);
    if (pending) throw new Error('A host has been asked to let you in');
});
on_submit('say', async ({ message }, form) => {
    await party.chat(message);
    form.reset();
});
on_click('leave', () => party.leave());
on_click('play', () => (party.room.state.status === 'playing' ? party.pause() : party.play()));
on_click('join_playback', () => party.player.join_playback());
on_click('sample', () => party.choose(film.sample));
on_click('full', () => document.querySelector('.screen').requestFullscreen());
on_click('copy', () => navigator.clipboard.writeText(invitation(party.room.code)));
on_click('lock', () => party.request('party:lock', { locked: !party.room.settings.locked }));
on_click('sound', () => (video.muted = !video.muted));

// The code stands behind the #, so no server and no log ever sees it.
const invitation = (code) => `${location.origin}/party#code=${encodeURIComponent(code)}`;

let dragging = false;
$('position').addEventListener('input', () => (dragging = true));
$('position').addEventListener('change', ({ target }) => {
    dragging = false;
    void attempt(() => party.seek(target.valueAsNumber * 1000));
});
$('rate').addEventListener(
    'change',
    ({ target }) => void attempt(() => party.rate(Number(target.value))),
);
$('control').addEventListener('change', ({ target }) => {
    const settings = { control: target.value, seekControl: target.value };
    void attempt(() => party.request('party:update', { settings }));
});
$('file').addEventListener('change', ({ target }) => void attempt(() => take(target.files[0])));
video.addEventListener('volumechange', () => $('sound').setAttribute('aria-pressed', video.muted));

// Who may choose proposes the file to all; others have brought their copy of what is chosen.
async function take(file) {
    if (!file) return;
    const chosen = party.room.state.media;
    const foreign = chosen && !film.has(chosen);
    const media = await film.take(file, foreign ? chosen.contentKey : undefined);
    if (foreign) show_room(party.room);
    else if (may(party.room, 'play')) await party.choose(media);
}

function show_room(room) {
    if (!room) return;
    const { state, settings = {} } = room;
    const leads = may(room, 'lead');
    show('room');
    show_everybody(room);
    show_chat($('chat'), room.chat);
    const has = film.show(state.media ?? undefined);
    tell_match(state, has);
    $('title').textContent = state.media?.title ?? '';
    $('notice').textContent = notice(room, has);
    $('play').textContent = state.status === 'playing' ? 'Pause' : 'Play';
    $('play').disabled = !may(room, 'play');
    $('position').disabled = !may(room, 'seek');
    $('sample').hidden = !may(room, 'play');
    $('lead').hidden = !leads;
    $('invitation').hidden = !room.code;
    $('code').textContent = room.code ?? '';
    $('rate').value = String(state.rate ?? 1);
    $('control').value = settings.control ?? 'host';
    $('lock').setAttribute('aria-pressed', Boolean(settings.locked));
}

function show_everybody(room) {
    show_people($('people'), people_of(room), {
        kick: (memberId) => void attempt(() => party.request('party:kick', { memberId })),
        promote: (memberId) => void attempt(() => party.request('party:host', { memberId })),
    });
}

function people_of(room) {
    const can_lead = may(room, 'lead');
    return room.members.map((member) => {
        const me = member.memberId === room.me;
        const driftMs = me && room.state.status === 'playing' ? Math.round(drift) : member.driftMs;
        return { ...member, me, can_lead, driftMs };
    });
}

function notice({ state, members }, has) {
    if (!has) return `Choose your own copy of “${state.media.title}”`;
    if (state.status !== 'waiting') return '';
    const missing = new Set(state.wait?.missing);
    const names = members.filter((one) => missing.has(one.memberId)).map((one) => one.userName);
    return names.length ? `Waiting for ${names.join(', ')}` : 'Starting';
}

// The room need not wait for who has no copy of the film.
let told_about = '';
function tell_match({ mediaSeq, media }, found) {
    const about = `${mediaSeq} ${found}`;
    if (!media || told_about === about) return;
    told_about = about;
    const durationMs = Math.round((video.duration || 0) * 1000);
    party.notify('party:media_match', { mediaSeq, found, ...(durationMs && { durationMs }) });
    if (!found) party.notify('party:blocked', { reason: 'unavailable' });
}
video.addEventListener('loadedmetadata', () => {
    told_about = '';
    if (party.room) tell_match(party.room.state, true);
});

let drift = 0;
let badge;
party.on('room', show_room);
party.on('drift', ({ drift_ms, rate }) => {
    drift = drift_ms;
    const { rttMs } = party.clock.quality;
    const speed = rate === 1 ? '' : `, at ${(rate * 100).toFixed(1)} % to catch up`;
    $('step').textContent = `${drift_text(drift_ms)}${speed}; round trip ${Math.round(rttMs)} ms`;
    if (party.room) show_everybody(party.room);
});
party.on('blocked', ({ reason }) => {
    $('join_playback').hidden = reason !== 'autoplay' && reason !== 'left';
});
party.on('unblocked', () => ($('join_playback').hidden = true));
party.on('left', ({ reason }) => complain(new Error(`The party is over for you: ${reason}`)));
party.on('room', (room) => {
    if (!room) show(account.signed_in ? 'lobby' : 'sign_in');
});
// The film goes on by itself for a while, so a short loss is not worth a word.
party.on('status', ({ status, reason }) => {
    const at_work = status === 'connecting' || status === 'waiting';
    if (at_work) badge ??= setTimeout(() => say_connection('Reconnecting…'), badge_after_ms);
    else {
        clearTimeout(badge);
        badge = undefined;
        say_connection(status === 'open' || reason === 'left' ? '' : 'Disconnected');
    }
});

function say_connection(text) {
    $('connection').textContent = text;
    $('connection').classList.toggle('lost', text !== '');
}

setInterval(() => {
    if (!party.room || dragging) return;
    const length = video.duration || 0;
    const room_is_at = position_at(party.room.state, party.clock.now(), length * 1000) / 1000;
    const here = party.player.blocked ? room_is_at : video.currentTime;
    $('position').max = length || 1;
    $('position').value = here;
    const text = `${clock_text(here)} / ${clock_text(length)}`;
    $('position').setAttribute('aria-valuetext', text);
    $('clock').textContent = text;
}, refresh_ms);

addEventListener('online', () => party.check());
document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') party.check();
});
addEventListener('hashchange', () => ($('join').elements.code.value = invited()));
