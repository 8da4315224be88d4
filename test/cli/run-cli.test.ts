import { describe, expect, test } from 'vitest';
import type { Command } from '../../src/cli/call.ts';
import { Interrupted } from '../../src/cli/cli-error.ts';
import { type Verb, verbs } from '../../src/cli/verbs.ts';
import { pedalbench } from './fake-io.ts';

const verb = (name: string, command: Partial<Command>): Verb => ({
  name,
  summary: `does ${name}`,
  load: async () => ({
    usage: '[options]',
    examples: [[name, 'an example']],
    options: {},
    run: async () => 0,
    ...command,
  }),
});

describe('the frame', () => {
  test('without a verb it shows the help on stderr and ends with 2', async () => {
    const { code, stdout, stderr } = await pedalbench('');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Usage: pedalbench VERB');
  });

  test('help names every verb, starts with an example and ends with 0', async () => {
    for (const words of ['--help', 'help', '-h']) {
      const { code, stdout, stderr } = await pedalbench(words);
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(stdout.trimStart()).toMatch(/^pedalbench /);
      for (const { name, summary } of verbs) {
        expect(stdout).toContain(`${name} `);
        expect(stdout).toContain(summary.split(' ').slice(0, 3).join(' '));
      }
    }
  });

  test('--version prints name and version', async () => {
    const { code, stdout } = await pedalbench('--version');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^pedalbench \d+\.\d+\.\d+\n$/);
  });

  test.each(['render', 'explain'])('%s --help offers no `all`, which it refuses', async (name) => {
    const { stdout } = await pedalbench(`${name} --help`);
    expect(stdout).toMatch(/--width W +a ratio 0\.\.1/);
  });

  test.each(verbs.map(({ name }) => name))('%s --help starts with an example', async (name) => {
    for (const words of [`${name} --help`, `help ${name}`, `--help ${name}`]) {
      const { code, stdout, stderr } = await pedalbench(words);
      expect(code).toBe(0);
      expect(stderr).toBe('');
      expect(stdout).toMatch(new RegExp(`^ {2}pedalbench ${name}`));
      expect(stdout).toContain(`Usage: pedalbench ${name}`);
      expect(stdout).toContain('--json');
      const longest = Math.max(...stdout.split('\n').map((line) => line.length));
      expect(longest).toBeLessThanOrEqual(110);
    }
  });

  test('an unknown command names the nearest', async () => {
    const { code, stdout, stderr } = await pedalbench('devics');
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'pedalbench devics: Unknown command "devics". Did you mean devices?\n' +
        'pedalbench --help shows what there is.\n',
    );
  });

  test('a command that is like no other gets the list', async () => {
    const { code, stderr } = await pedalbench('xyzzyxyzzy');
    expect(code).toBe(2);
    expect(stderr).toContain('Known commands: ');
  });

  test.each([
    ['devices --jsn', 'Unknown option --jsn. Did you mean --json?'],
    ['devices -x', 'Unknown option -x.'],
    ['devices --json=yes', '--json takes no value, got "yes".'],
    ['--jsn', 'Unknown option --jsn. Did you mean --json?'],
  ])('%s says what is wrong and ends with 2', async (line, message) => {
    const { code, stderr } = await pedalbench(line);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('options with values', () => {
  const seen: unknown[] = [];
  const probe = verb('probe', {
    options: {
      block: { value: 'N,...', help: 'frames', list: true, whole: [1, 4096] },
      tanh: { value: 'libm|fast', help: 'which', choices: ['libm', 'fast'] },
      rate: { value: 'HZ', help: 'rate', range: [1, 1e6] },
    },
    run: async (call) => {
      seen.push(call.numbers('block'), call.text('tanh'), call.number('rate'));
      return 0;
    },
  });
  const run = (line: string) => pedalbench(line, { verbs: [probe] });

  test('lists may be given with commas, several times, or both; repeats count once', async () => {
    seen.length = 0;
    expect((await run('probe --block 16,64 --block=16 --tanh fast --rate 48000')).code).toBe(0);
    expect(seen).toEqual([[16, 64], 'fast', 48000]);
  });

  test.each([
    ['probe --block', '--block needs a value: --block N,....'],
    ['probe --block --json', '--block needs a value'],
    ['probe --block 16,,64', 'expected values between commas, got "16,,64"'],
    ['probe --block 0', 'expected a whole number from 1 to 4096, got "0"'],
    ['probe --block 1.5', 'expected a whole number from 1 to 4096, got "1.5"'],
    ['probe --tanh slow', '--tanh: expected libm or fast, got "slow".'],
    ['probe --rate x', '--rate: expected a number from 1 to 1000000, got "x".'],
    ['probe --rate 1 --rate 2', '--rate is given twice: "1" and "2".'],
  ])('%s is refused', async (line, message) => {
    const { code, stderr } = await run(line);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('errors', () => {
  const failing = (error: unknown): readonly Verb[] => [
    verb('fail', { run: () => Promise.reject(error) }),
  ];
  const coded = Object.assign(new Error('x.nam: expected JSON, got a poem. Write JSON.'), {
    code: 'not-json',
  });

  test('an error of ours is one line without a stack, and ends with 2', async () => {
    const { code, stdout, stderr } = await pedalbench('fail', { verbs: failing(coded) });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toBe('pedalbench fail: x.nam: expected JSON, got a poem. Write JSON.\n');
  });

  test('--debug adds the stack', async () => {
    const { stderr } = await pedalbench('fail --debug', { verbs: failing(coded) });
    expect(stderr).toContain('run-cli.test.ts');
  });

  test('what the system refuses is said with the path', async () => {
    const missing = Object.assign(new Error('ENOENT'), {
      code: 'ENOENT',
      syscall: 'open',
      path: 'a/b',
    });
    const { code, stderr } = await pedalbench('fail', { verbs: failing(missing) });
    expect(code).toBe(2);
    expect(stderr).toBe('pedalbench fail: a/b: no such file or folder.\n');
  });

  test('a fault of the program says so', async () => {
    const { code, stderr } = await pedalbench('fail', { verbs: failing(new TypeError('oops')) });
    expect(code).toBe(2);
    expect(stderr).toContain('unexpected: oops');
    expect(stderr).toContain('--debug shows where');
  });

  test('control characters of a file never reach the terminal', async () => {
    const evil = Object.assign(new Error('\u001b[2Jgone'), { code: 'x' });
    const { stderr } = await pedalbench('fail', { verbs: failing(evil) });
    expect(stderr).toBe('pedalbench fail: ?[2Jgone\n');
  });

  test('an interruption ends with 130', async () => {
    const { code, stderr } = await pedalbench('fail', { verbs: failing(new Interrupted()) });
    expect(code).toBe(130);
    expect(stderr).toBe('pedalbench: interrupted\n');
  });

  test('the exit code of a command is passed on', async () => {
    for (const code of [0, 1, 3] as const) {
      const ends = [verb('end', { run: async () => code })];
      expect((await pedalbench('end', { verbs: ends })).code).toBe(code);
    }
  });
});
