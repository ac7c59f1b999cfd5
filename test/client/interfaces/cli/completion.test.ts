import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RollcallError } from '../../../../src/base/errors.ts';
import { FakeApp, row, stage } from '../fakes.ts';

const app = Object.assign(new FakeApp(), {
  rows: [
    row('test.txt', 'Bob'),
    row('$(touch owned)', 'Sally'),
    row('two words', 'Eve'),
    row('-rf', 'Bob'),
    row('bücher.pdf', 'Jörg'),
  ],
});

const completions = async (words: string[], more = {}): Promise<string[]> => {
  const { status, stdout } = stage(['complete', '--', ...words], { app, ...more });
  expect(await status).toBe(0);
  return stdout.lines.map((line) => line.split('\t')[0] ?? '');
};

describe('completion', () => {
  it('knows the commands', async () => {
    expect(await completions(['s'])).toEqual(['server', 'shell', 'share', ':4']);
    const all = await completions(['']);
    expect(all).toContain('unregister');
    expect(all).not.toContain('complete');
  });

  it('knows the flags of a command and those of all', async () => {
    const flags = await completions(['get', '--']);
    for (const flag of ['--from', '--id', '--rename', '--server', '--json']) expect(flags).toContain(flag);
    expect(flags).not.toContain('--owner');
  });

  it('takes names from the roll, but none that a shell would read as more than a name', async () => {
    expect(await completions(['get', ''])).toEqual(['test.txt', 'bücher.pdf', ':4']);
    expect(await completions(['get', 'te'])).toEqual(['test.txt', ':4']);
    expect(await completions(['link', 'te'])).toEqual(['test.txt', ':4']);
  });

  it('takes owners from the roll', async () => {
    expect(await completions(['get', 'x', '--from', ''])).toEqual(['Bob', 'Sally', 'Eve', 'Jörg', ':4']);
    expect(await completions(['ls', '--owner', 'S'])).toEqual(['Sally', ':4']);
  });

  it('leaves paths to the shell', async () => {
    for (const words of [
      ['share', ''],
      ['hash', 'a'],
      ['get', 'x', '-o', ''],
      ['client', 'a', 'b', '--share', ''],
    ]) {
      expect(await completions(words)).toEqual([':0']);
    }
    expect(await completions(['share', '--d'])).toEqual(['--description', ':4']);
  });

  it('is silent where there is no tracker', async () => {
    const away = Object.assign(new FakeApp(), { refuse: new RollcallError('unreachable', 'gone') });
    const { status, stdout, stderr } = stage(['complete', '--', 'get', ''], { app: away });
    expect(await status).toBe(0);
    expect([stdout.text, stderr.text]).toEqual([':4\n', '']);
  });

  it('does not look for a tracker, which takes longer than a person waits at the Tab key', async () => {
    const app = Object.assign(new FakeApp(), { rows: [row('film.mkv', 'Ann')] });
    expect(await completions(['get', ''], { app, env: { ROLLCALL_HOME: '/nowhere' } })).toEqual([':4']);
    expect(app.calls).toEqual([]);
  });
});

describe('the script', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-completion-'));
    await writeFile(join(folder, 'a-file.txt'), '');
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(['bash', 'zsh', 'fish', 'powershell'])('for %s calls rollcall back', async (shell) => {
    const { status, stdout } = stage(['completion', shell]);
    expect(await status).toBe(0);
    expect(stdout.text).toMatch(/rollcall complete ('--'|--)/);
  });

  it('completes in a real bash, with a stand-in for the program', async () => {
    const { status, stdout } = stage(['completion', 'bash']);
    expect(await status).toBe(0);
    const script = join(folder, 'rollcall.bash');
    await writeFile(
      script,
      `rollcall() { if [ "$3" = share ]; then echo :0; else printf 'get\\tdownload\\nls\\tlist\\n:4\\n'; fi; }
cd "$(dirname "$0")"
${stdout.text}
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); __rollcall_complete 2>/dev/null; echo "\${COMPREPLY[@]}"; }
try rollcall ''
try rollcall l
complete -p rollcall
`,
    );
    const bash = await promisify(execFile)('bash', ['--norc', script]).catch((error: NodeJS.ErrnoException) => error);
    // A machine without bash has nobody to complete for.
    if (bash instanceof Error) return expect(bash.code).toBe('ENOENT');
    expect(bash.stdout.trim().split('\n')).toEqual([
      'get ls',
      'ls',
      'complete -o default -F __rollcall_complete rollcall',
    ]);
  });
});
