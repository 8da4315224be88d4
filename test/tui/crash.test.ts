import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openBlessed } from '../../src/tui/blessed-terminal.ts';
import { Session } from '../../src/tui/session.ts';
import { renderView } from '../../src/tui/view/render-view.ts';
import { openScreenPool } from '../../src/workers/screen/screen-pool.ts';
import { headless, until } from './headless.ts';
import { root, start } from './world.ts';

const places = { cwd: root, packageRoot: root };

test('workers that take their process down are shown, and the screen goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pedalbench-crash-'));
  const file = join(folder, 'worker.mjs');
  writeFileSync(file, 'export default () => process.exit(9);\n');
  const world = headless(120, 40);
  const { input, output } = world;
  const terminal = await openBlessed({ input, output, term: 'xterm', ascii: false });
  const session = new Session(start('mod-dwarf'), {
    terminal,
    render: (state, cols, rows) => renderView(state, { cols, rows, color: false, ascii: false }),
    now: () => performance.now(),
    exportView: () => '',
  });
  const workers = openScreenPool(places, 1, pathToFileURL(file));
  try {
    session.connect(workers);
    await until('it is shown', async () =>
      /failed, r retries/.test((await world.lines())[0] ?? ''),
    );
    await until('why', async () => {
      input.write('\u001b');
      return (await world.lines()).join('\n').includes('its worker died');
    });
    input.write('q');
    expect(await session.over()).toBe('asked');
  } finally {
    session.close();
    await workers.close();
    rmSync(folder, { recursive: true, force: true });
  }
  expect(await world.isAlternate()).toBe(false);
});
