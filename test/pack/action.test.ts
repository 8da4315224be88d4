/** The steps of `action.yml` as a runner takes them, in a repository with a model, budgets and their baseline. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkbench, slim } from '../../src/index.ts';
import { editWaveNet } from '../../src/nam/edit-wavenet.ts';
import { writeWaveNet } from '../../src/nam/write-model.ts';
import { packageRoot } from '../../src/workbench/package-info.ts';

const folder = mkdtempSync(join(tmpdir(), 'pedalbench-action-'));
const repository = join(folder, 'repository');
const temporary = join(folder, 'temporary');

interface Comment {
  readonly id: number;
  body: string;
}
const comments: Comment[] = [{ id: 1, body: 'Nice.' }];
const asked: string[] = [];
let mayWrite = true;

/** What GitHub answers about the comments of a pull request. */
const server = createServer((request, response) => {
  const { method = '', url = '' } = request;
  asked.push(`${method} ${url}`);
  let text = '';
  request.on('data', (piece) => {
    text += piece;
  });
  request.on('end', () => {
    if (method !== 'GET' && !mayWrite) response.writeHead(403);
    else if (method === 'POST') comments.push({ id: comments.length + 1, ...JSON.parse(text) });
    else if (method === 'PATCH')
      Object.assign(comments[Number(url.split('/').at(-1)) - 1]!, JSON.parse(text));
    response.end(JSON.stringify(method === 'GET' ? comments : {}));
  });
});

/** The command of a step, by its name. */
const stepOf = (name: string): string => {
  const text = readFileSync(join(packageRoot, 'action.yml'), 'utf8');
  const [, step = ''] = new RegExp(`- name: ${name}\n([^]*?)(?=\n {4}- |$)`).exec(text) ?? [];
  const [, command = ''] = /\n {6}run: (.*)/.exec(step) ?? [];
  return command;
};

interface Ran {
  readonly status: number | null;
  readonly text: string;
}
/** As a runner calls it. */
const sh = (command: string): Promise<Ran> =>
  new Promise((resolve) => {
    const { port } = server.address() as AddressInfo;
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', command], {
      cwd: repository,
      env: {
        ...process.env,
        ...{
          GITHUB_ACTIONS: 'true',
          GITHUB_WORKSPACE: repository,
          GITHUB_ACTION_PATH: packageRoot,
        },
        ...{ GITHUB_REPOSITORY: 'me/amps', GITHUB_API_URL: `http://127.0.0.1:${port}` },
        ...{ GITHUB_STEP_SUMMARY: join(temporary, 'summary.md'), RUNNER_TEMP: temporary },
        ...{ BUDGETS: 'budgets.json', GH_TOKEN: 'x', PULL: '7' },
        PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
      },
    });
    let text = '';
    const hear = (piece: Buffer): void => {
      text += piece.toString();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('close', (status) => resolve({ status, text }));
  });

const workbench = openWorkbench();
/** A model of one shape, or of the same with a layer more. */
const saveModel = (layersLess: number): void => {
  const { network } = slim(workbench.model('a1-lite'), 'full');
  if (network.kind !== 'wavenet') throw new Error('A1 is a WaveNet.');
  const edited = editWaveNet(network, { dropped: [0, layersLess] });
  const text = writeWaveNet(edited, { name: 'my amp', sampleRateHz: 48_000 });
  writeFileSync(join(repository, 'my.nam'), text);
};

beforeAll(async () => {
  for (const name of ['bin', 'repository', 'temporary']) mkdirSync(join(folder, name));
  const npx = join(folder, 'bin/npx');
  const loader = join(packageRoot, 'node_modules/tsx/dist/loader.mjs');
  const command = `"${process.execPath}" --import "${loader}" "${join(packageRoot, 'src/cli/main.ts')}"`;
  writeFileSync(npx, `#!/bin/sh\nshift\nexec ${command} "$@"\n`);
  chmodSync(npx, 0o755);
  saveModel(2);
  const budget = {
    ...{ name: 'my amp', model: 'my.nam', device: 'mod-dwarf' },
    ...{ metric: 'cyclesPerSample', maxIncreasePercent: 1 },
  };
  writeFileSync(join(repository, 'budgets.json'), JSON.stringify({ budgets: [budget] }, null, 2));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

const step = (name: string): Promise<Ran> => sh(stepOf(name));

test('green as it stands; red for a dearer model with one comment that says where, which is edited from then on', async () => {
  expect((await sh('npx pedalbench check --update-baseline')).status).toBe(0);
  expect((await step('Check')).status).toBe(0);

  saveModel(1);
  for (const _ of ['first run', 'second run']) {
    const checked = await step('Check');
    expect(checked.status, checked.text).toBe(1);
    expect(checked.text).toMatch(/^::error file=budgets\.json,line=3.*my amp/m);
    expect(await step('Comment')).toEqual({ status: 0, text: '' });
  }
  expect(comments).toHaveLength(2);
  expect(comments[1]?.body).toMatch(/^<!-- pedalbench -->\n/);
  expect(comments[1]?.body).toMatch(/my amp[\s\S]*\+4\.\d+ %[\s\S]*layer/);
  expect(asked.filter((one) => !one.startsWith('GET'))).toEqual([
    'POST /repos/me/amps/issues/7/comments',
    'PATCH /repos/me/amps/issues/comments/2',
  ]);
  expect(readFileSync(join(temporary, 'summary.md'), 'utf8')).toContain('my amp');
}, 60_000);

test('where a comment is not allowed a warning says so, and the job stays what the budgets made it', async () => {
  mayWrite = false;
  const { status, text } = await step('Comment');
  expect([status, text]).toEqual([
    0,
    expect.stringMatching(/^::warning::.*403.*pull-requests: write/),
  ]);
});
