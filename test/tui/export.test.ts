import { expect, test } from 'vitest';
import { exportView } from '../../src/tui/export-view.ts';
import { type ExportFormat, type State, screenNames } from '../../src/tui/state.ts';
import { renderView } from '../../src/tui/view/render-view.ts';
import { tool } from '../../src/workbench/package-info.ts';
import { parseScenario } from '../../src/workbench/parse.ts';
import { fullStates } from './full-states.ts';
import { answered, press, start } from './world.ts';

const size = { cols: 120, rows: 40, ascii: false };
const exported = (state: State, format: ExportFormat) => exportView(state, format, size);

test('every view exports its data, a chart and itself', async () => {
  const states = await fullStates();
  for (const screen of screenNames) {
    const state = states[screen];
    const json = exported(state, 'json');
    expect(JSON.parse(json?.text ?? '')).toMatchObject({
      schema: 'pedalbench.tui/1',
      view: screen,
      tool,
    });
    expect(json?.name).toMatch(/^pedalbench-[\w.-]+\.json$/);
    const svg = exported(state, 'svg')?.text ?? '';
    expect(svg, screen).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    expect(svg).not.toContain('NaN');
    const text = exported(state, 'text')?.text ?? '';
    const [first] = renderView(state, { ...size, color: false });
    expect(text.split('\n')[0]).toBe(first?.trimEnd());
    expect(text).not.toContain('\u001b');
  }
  expect(exported(states.scenario, 'text')?.text).toContain('(the worst)');
  expect(exported(states.rig, 'text')?.text).toContain('sum of the slots');
});

test('a view without data has nothing to export but itself', () => {
  for (const screen of screenNames) {
    const state: State = { ...start('mod-dwarf'), screen };
    expect(exported(state, 'json')).toBe(null);
    expect(exported(state, 'text')).not.toBe(null);
  }
});

test('a chain on the screen is a scenario that the command runs', async () => {
  const { rig } = await fullStates();
  const file = exported(press(rig, 'p'), 'scenario');
  const [job] = parseScenario(file?.text ?? '', 'rig.json');
  expect(job?.scenario).toMatchObject({
    device: 'mod-dwarf',
    chain: 'parallel',
    slots: [{ name: 'A' }, { name: 'B' }],
  });
});

test('names of files hold nothing that a folder does not', () => {
  const state = answered(start('mod-dwarf'), 0.2);
  const odd = { ...state, settings: { ...state.settings, model: '../my amp/é:*.nam' } };
  expect(exported(odd, 'text')?.name).toMatch(/^[\w.-]+$/);
});
