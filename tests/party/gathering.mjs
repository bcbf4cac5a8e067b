// People who do in a room what people do, for tests of what goes wrong meanwhile.
import { pause } from './guest.mjs';
import { Member } from './member.mjs';

// A room where everybody may do everything. `nodes`: of each member, in turn.
export async function room_of(service, names, nodes = [1, 2]) {
    const people = await service.people(...names);
    const features = ['state'];
    const members = people.map((person, i) => {
        const node = nodes[i % nodes.length];
        return new Member(service, person, `device-${i}`, { node, features });
    });
    const settings = { control: 'everyone', seekControl: 'everyone' };
    const room = await members[0].create({ settings });
    for (const member of members.slice(1)) await member.join(room);
    return members;
}

// They chat and seek until they are told to stop; returns what was accepted.
export function bustle(members) {
    let over = false;
    const accepted = [];
    const all = members.map(async (member, i) => {
        for (let n = 0; !over; n += 1) {
            const message = `${i}.${n}`;
            const done = await member.command('party:chat', { message }).catch(() => null);
            if (done) accepted.push(message);
            if (n % 5 === 0)
                await member.command('party:seek', { currentTime: n }).catch(() => null);
            await pause(15);
        }
    });
    return async () => {
        over = true;
        await Promise.all(all);
        return accepted;
    };
}

// A command succeeds again, whatever it says until then.
export const works_again = (member) =>
    member.service.until('commands are carried out', () =>
        member.command('party:chat', { message: `again ${Math.random()}` }).catch(() => null),
    );

// A program listens before it has found Redis, and refuses everybody until then.
export async function lets_in(service, node) {
    const { token } = await service.person();
    await service.until(`program ${node} lets people in`, () =>
        service.knock({ token }, { node }).then(
            (guest) => !guest.status && guest.close(),
            () => false,
        ),
    );
}
