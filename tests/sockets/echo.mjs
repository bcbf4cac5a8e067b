// Starts the program that echoes (tests/workers/party/echo_program.cc), from $BUILD/bin, with the
// limits given; it ends with the tests of the file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after } from 'node:test';

const build = process.env.BUILD ?? 'build';

export async function start_echo(limits = {}) {
    const program = spawn(
        `${build}/bin/echo_program`,
        Object.entries(limits).map(([name, value]) => `${name}=${value}`),
        { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    after(() => program.kill());
    const [line] = await Promise.race([
        once(program.stdout, 'data'),
        once(program, 'exit').then(() => {
            throw new Error('the echo program ended at once');
        }),
    ]);
    program.port = Number(line);
    return program;
}
