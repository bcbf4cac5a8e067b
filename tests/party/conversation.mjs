// A client in conversation with a server that the test plays, at any of its beginnings.
import { Connection } from '../../nginx/html/party/syncstream/index.mjs';
import { FakeServer } from './fake_server.mjs';
import { VirtualTime, settle } from './virtual_time.mjs';

// { server, time, connection, asked, of(name) }: the other end; what credentials were asked for; and
// what the connection told of one kind.
export async function start({ credentials } = {}) {
    const server = new FakeServer();
    const time = new VirtualTime();
    const asked = [];
    let ids = 0;
    const connection = new Connection({
        url: 'wss://tv.example/ws/connect',
        credentials: async (how) => {
            asked.push(how.refresh);
            return credentials ? credentials(how) : { token: `jwt.${asked.length}` };
        },
        client: { name: 'test' },
        WebSocket: server.WebSocket,
        time,
        random: () => 0.5,
        new_id: () => `uuid-${(ids += 1)}`,
    });
    const told = [];
    for (const name of [
        'status',
        'hello',
        'resumed',
        'snapshot',
        'event',
        'gap',
        'message',
        'probe',
    ]) {
        connection.on(name, (detail) => told.push([name, detail]));
    }
    const of = (name) => told.filter(([one]) => one === name).map(([, detail]) => detail);
    connection.open();
    await settle();
    return { server, time, connection, asked, of };
}

export async function start_open(given) {
    const world = await start(given);
    await world.server.hello();
    return world;
}

export const statuses = (world) => world.of('status').map((one) => one.status);
export const snapshot = { roomId: 'party_1', epoch: 'k3f9', ver: 3, state: {}, members: [] };
export const chat = (ver) => ({
    type: 'party:chat',
    room: 'party_1',
    epoch: 'k3f9',
    ver,
    data: {},
});

export async function start_in_room() {
    const world = await start_open();
    const joined = world.connection.request('party:join', { roomId: 'party_1' });
    await world.server.answer('party:join', { roomId: 'party_1', snapshot });
    await joined;
    return world;
}
