// Who is let in, how they prove it, and when they are sent away.
import assert from 'node:assert/strict';
import { test } from 'node:test';

export function admission({ service, skip }) {
    const person = (name = 'John') => service().person(name);
    const status_of = async (query, how) => {
        const { status, headers, body } = await service().knock(query, how);
        return { status, headers, error: body && JSON.parse(body).error };
    };

    // Takes a minute, so it runs beside the others.
    let grace;
    test('somebody signs in for half a minute', { skip }, async () => {
        const john = await person();
        const guest = await service().connect({ ...john, token: service().token_for(john, 4) });
        const { data } = await guest.first('auth:expiring');
        assert.ok(data.inSec >= 0 && data.inSec <= 4);
        grace = guest.gone_within(120_000);
        grace.catch(() => {});
    });

    test('without a token, or with what is none, one gets 401', { skip }, async () => {
        const { token, refresh } = await person();
        const [head, body] = token.split('.');
        for (const wrong of [
            undefined,
            '',
            'nonsense',
            refresh,
            `${head}.${body}.`,
            `${head}.${body}.${'A'.repeat(43)}`,
            service().token_with(token, { aud: 'somebody-else' }),
            service().token_with(token, { iss: 'somebody-else' }),
            service().token_with(token, { use: 'refresh' }),
            service().token_with(token, { exp: undefined }),
            `${token}x`,
            'x'.repeat(6000),
        ]) {
            for (const node of [undefined, 1]) {
                const query = wrong === undefined ? {} : { token: wrong };
                const { status, error } = await status_of(query, { node });
                assert.equal(status, 401, `${wrong}`.slice(0, 60));
                assert.ok(error.code);
            }
        }
    });

    test('a token that has expired is told so by a close code', { skip }, async () => {
        const john = await person();
        const guest = await service().knock({ token: service().token_for(john, -5) });
        assert.equal((await guest.gone_within()).code, 4200);
        assert.equal(guest.got.filter((one) => one.type === 'hello').length, 0);
        const forged = service().token_for(john, -5).slice(0, -4) + 'AAAA';
        assert.equal((await status_of({ token: forged })).status, 401);
    });

    test('a token may come as a subprotocol', { skip }, async () => {
        const john = await person();
        const protocols = ['syncstream.v1', `bearer.${john.token}`];
        for (const node of [undefined, 2]) {
            const guest = await service().knock({}, { protocols, node });
            assert.equal((await guest.first('hello')).data.user.id, john.user.id);
            assert.equal(guest.socket.protocol, 'syncstream.v1');
            await guest.close();
        }
        const wrong = ['syncstream.v1', 'bearer.nonsense'];
        assert.equal((await status_of({}, { protocols: wrong })).status, 401);
    });

    test('a ticket opens once', { skip }, async () => {
        const john = await person();
        const { ticket } = await service().ask('POST', '/ws/ticket', { token: john.token });
        assert.ok(ticket.length >= 20 && !ticket.includes('.'));
        const guest = await service().knock({ ticket });
        assert.equal((await guest.first('hello')).data.user.id, john.user.id);
        assert.equal((await status_of({ ticket })).status, 401);
        assert.equal((await status_of({ ticket: 'nonsense' })).status, 401);
        assert.equal((await service().call('POST', '/ws/ticket')).status, 401);
    });

    test('a ticket that two use at once opens for one', { skip }, async () => {
        const { ticket } = await service().ask('POST', '/ws/ticket', {
            token: (await person()).token,
        });
        const all = await Promise.all(
            [1, 2, 1, 2].map((node) => service().knock({ ticket }, { node })),
        );
        assert.equal(all.filter((one) => one.status === undefined).length, 1);
    });

    test('pages of others may not connect', { skip }, async () => {
        const { token } = await person();
        for (const [origin, status] of [
            ['https://evil.example', 403],
            ['null', 403],
            [`${service().origin}.evil.example`, 403],
            [service().origin.replace('https', 'http'), 403],
            [service().origin, undefined],
            ['https://app.syncstream.tv', undefined],
        ]) {
            const knocked = await service().knock({ token }, { headers: { Origin: origin } });
            assert.equal(knocked.status, status, origin);
        }
    });

    test('another version is refused with 426', { skip }, async () => {
        const { token } = await person();
        assert.equal((await status_of({ token, v: 2 })).status, 426);
        assert.equal((await status_of({ token }, { protocolVersion: 8 })).status, 426);
        const guest = await service().knock({ token, v: 1 });
        assert.equal(guest.status, undefined);
    });

    test('what is no handshake is refused', { skip }, async () => {
        const { token } = await person();
        const http = service().through_nginx.replace('ws', 'http');
        for (const [method, expected] of [
            ['GET', [400, 426]],
            ['POST', [400, 404, 405, 426]],
        ]) {
            const answer = await fetch(`${http}?token=${token}`, { method });
            assert.ok(expected.includes(answer.status), `${method}: ${answer.status}`);
        }
    });

    test('who signs out is sent away at once, on all nodes', { skip }, async () => {
        const john = await person();
        const other = await service().sign_in(john);
        const here = await service().connect(john, { node: 1 });
        const there = await service().connect(john, { node: 2 });
        const stays = await service().connect(other, { node: 1 });
        await service().ask('POST', '/auth/logout', {
            token: john.token,
            body: { refresh_token: john.refresh },
        });
        for (const guest of [here, there]) assert.equal((await guest.gone_within()).code, 4401);
        await stays.fence();
        assert.equal((await status_of({ token: john.token })).status, 401);
        await service().ask('POST', '/auth/logout-all', { token: other.token });
        assert.equal((await stays.gone_within()).code, 4401);
    });

    test('who is suspended is sent away and not let in', { skip }, async () => {
        const admin = await service().make_admin(await person('Eva'));
        const john = await person();
        const guests = await Promise.all([1, 2].map((node) => service().connect(john, { node })));
        await service().ask('PATCH', `/admin/users/${john.user.id}`, {
            token: admin.token,
            body: { status: 'suspended', reason: 'a test' },
        });
        for (const guest of guests) assert.equal((await guest.gone_within()).code, 4451);
        const { status } = await status_of({ token: john.token });
        assert.ok([401, 403].includes(status), `${status}`);
    });

    test('a new token takes the place of the old', { skip }, async () => {
        const john = await person();
        const mary = await person('Mary');
        const guest = await service().connect({ ...john, token: service().token_for(john, 20) });
        await guest.first('auth:expiring');
        for (const token of ['nonsense', mary.token, service().token_for(john, -5)]) {
            const { code } = await guest.refused('auth:refresh', { token });
            assert.ok(['unauthenticated', 'token_expired', 'forbidden'].includes(code), code);
        }
        assert.equal((await guest.refused('auth:refresh', {})).code, 'bad_request');
        await guest.ask('auth:refresh', { token: john.token });
        await guest.fence();
    });

    test('a token of a session that is over renews nothing', { skip }, async () => {
        const john = await person();
        const other = await service().sign_in(john);
        const guest = await service().connect(john, { node: 2 });
        await service().ask('POST', '/auth/logout', {
            token: other.token,
            body: { refresh_token: other.refresh },
        });
        const { code } = await guest.refused('auth:refresh', { token: other.token });
        assert.equal(code, 'unauthenticated');
        await guest.ask('auth:refresh', { token: john.token });
    });

    test('the profile is that of the token', { skip }, async () => {
        const john = await person();
        const kid = await service().with_profile(john, { name: 'Timmy', is_kids_profile: true });
        const { hello } = await service().connect(kid);
        assert.equal(hello.user.profileId, kid.profile.id);
        assert.equal(hello.user.kids, true);
        assert.equal(hello.user.name, 'Timmy');
    });

    const end = async () => assert.equal((await grace).code, 4200);
    const patience = { skip, timeout: 150_000 };
    return () => test('who lets the token expire is sent away a minute later', patience, end);
}
