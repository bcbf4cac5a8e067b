// After everything else: what the programs wrote into their logs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { password } from '../service.mjs';

export function secrecy({ service, skip }) {
    test('no log has a secret or what people say', { skip }, async () => {
        const said = 'nobody-may-read-this';
        const john = await service().person('John');
        const { ticket } = await service().ask('POST', '/ws/ticket', { token: john.token });
        const guest = await service().knock({ ticket });
        const { resumeToken } = (await guest.first('hello')).data;
        const settings = { password: `${said}-1`, title: said };
        const made = await guest.ask('party:create', { userName: 'John', settings });
        await guest.ask('party:chat', { message: said });
        const { token } = await guest.ask('party:invite:create', {});
        guest.send(`{"type":"party:chat","data":{"message":"${said}`);
        await guest.first('error');
        await guest.refused('party:chat', { message: said, replyTo: said });
        await guest.close();
        await new Promise((done) => setTimeout(done, 1500));
        const secrets = [
            john.token,
            ticket,
            resumeToken,
            token,
            said,
            password,
            made.code,
            john.email,
        ];
        for (const { name, text } of service().logs()) {
            for (const secret of secrets) assert.ok(!text.includes(secret), `${name}: ${secret}`);
            assert.doesNotMatch(text, /eyJ[\w-]{10,}\.eyJ[\w-]{10,}\./, `a token in ${name}`);
        }
    });
}
