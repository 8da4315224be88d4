/** What every screen has around it: tabs, settings, a status line and the footer of keys. */
import { hertz } from '../../report/text/number.ts';
import { widthOf } from '../../report/text/text-width.ts';
import { type Binding, bindings, modeHints, shownKey } from '../keys.ts';
import { selectedDevice } from '../select.ts';
import { type ScreenName, type State, screenNames } from '../state.ts';
import { type Line, type Span, span, spread, type View } from './line.ts';

const tabNames: Readonly<Record<ScreenName, string>> = {
  matrix: 'matrix',
  pedal: 'pedal',
  dual: 'dual',
  explain: 'explain',
  scenario: 'timeline',
};

/** Whether what is shown is still moving, in a few words of constant place. */
const activity = (state: State): Line => {
  const entries = [...state.known.values()];
  const failed = entries.filter(({ status }) => status === 'failed').length;
  const silent = entries.filter(({ silentSeconds }) => silentSeconds > 0).length;
  const open = entries.filter(
    ({ kind, status }) => kind !== 'play' && (status === 'waiting' || status === 'working'),
  ).length;
  const playing = entries.filter(
    ({ kind, status }) => kind === 'play' && (status === 'waiting' || status === 'working'),
  ).length;
  return [
    ...(failed > 0 ? [span(`${failed} failed, r retries  `, 'red')] : []),
    ...(silent > 0 ? [span(`${silent} stalled  `, 'yellow')] : []),
    ...(open > 0 ? [span(`working on ${open}  `, 'cyan')] : []),
    state.paused
      ? span('paused', 'yellow')
      : playing > 0
        ? span(`▶ ${playing} live`, 'green')
        : span(open > 0 ? '' : 'at rest', 'dim'),
  ];
};

export const tabsLine = (state: State, view: View): Line => {
  const narrow = view.cols < 80;
  const tabs: Span[] = narrow ? [] : [span('Pedalbench  ', 'bold')];
  for (const name of screenNames) {
    const current = name === state.screen;
    if (narrow && !current) continue;
    tabs.push(current ? span(`[${tabNames[name]}]`, 'bold') : span(` ${tabNames[name]} `, 'dim'));
  }
  return spread(tabs, activity(state), view.cols);
};

/** A scenario brings its own settings. */
const scenarioLine = ({ scenario, catalogue }: State): Line => {
  const jobs = catalogue.scenarios.find(({ id }) => id === scenario.id)?.jobs ?? [];
  const job = jobs[scenario.job];
  return [
    span('scenario ', 'dim'),
    span(scenario.id ?? 'none', 'bold'),
    ...(job === undefined ? [] : [span('  pedal ', 'dim'), span(job.scenario.device)]),
    ...(job === undefined ? [] : [span('  seed ', 'dim'), span(String(job.seed))]),
    ...(jobs.length > 1
      ? [span('  run ', 'dim'), span(`${scenario.job + 1} of ${jobs.length}`)]
      : []),
  ];
};

/** What predictions are made with; what is not the default stands out. */
export const settingsLine = (state: State): Line => {
  if (state.screen === 'scenario') return scenarioLine(state);
  const { settings } = state;
  const device = selectedDevice(state);
  const own = device?.blockFrames ?? null;
  const block =
    settings.blockFrames === null
      ? state.screen === 'matrix' || own === null
        ? 'own'
        : `own (${own})`
      : String(settings.blockFrames);
  const clockHz = device?.clockHz ?? null;
  const clock =
    settings.clockShare === 1
      ? 'own'
      : `${Math.round(settings.clockShare * 100)}%${clockHz === null || state.screen === 'matrix' ? '' : ` (${hertz(clockHz * settings.clockShare)})`}`;
  const parts: readonly (readonly [string, string, boolean])[] = [
    ['model', settings.model, true],
    ['copies', String(settings.copies), settings.copies !== 1],
    ['block', block, settings.blockFrames !== null],
    ['engine', settings.engine, settings.engine !== 'auto'],
    ['clock', clock, settings.clockShare !== 1],
    ...(settings.whatIf ? [['what-if', 'on', true] as const] : []),
    ...(state.sort === 'name' ? [] : [['sort', state.sort, true] as const]),
    ...(state.filter === '' && state.mode.kind !== 'filter'
      ? []
      : [['filter', `/${state.filter}${state.mode.kind === 'filter' ? '_' : ''}`, true] as const]),
  ];
  return parts.flatMap(([name, value, set], i) => [
    span(`${i === 0 ? '' : '  '}${name} `, 'dim'),
    span(value, set ? 'bold' : undefined),
  ]);
};

const separator = '  ';

const hint = (binding: Binding, screen: ScreenName, ascii: boolean): string => {
  const keys = shownKey({ shown: binding.pair ?? binding.shown }, ascii);
  return `${keys} ${binding.labels?.[screen] ?? binding.label}`;
};

/** Packs texts into lines of `cols`; null where they do not fit into `lines` of them. */
const packed = (texts: readonly string[], cols: number, lines: number): string[][] | null => {
  const packedLines: string[][] = [[]];
  let used = 0;
  for (const text of texts) {
    const width = widthOf(text) + (used === 0 ? 0 : separator.length);
    if (used + width > cols) {
      packedLines.push([text]);
      used = widthOf(text);
    } else {
      packedLines.at(-1)?.push(text);
      used += width;
    }
  }
  return packedLines.length <= lines ? packedLines : null;
};

/** As many hints as fit; the highest ranks go first, help and quit last. */
export const footerHints = (
  screen: ScreenName,
  cols: number,
  lines: number,
  ascii: boolean,
): readonly (readonly string[])[] => {
  const shown = bindings.filter(
    ({ rank, screens }) => rank !== null && (screens?.includes(screen) ?? true),
  );
  const byRank = [...shown].sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  for (let count = byRank.length; count > 1; count -= 1) {
    const kept = new Set(byRank.slice(0, count));
    const texts = shown.filter((binding) => kept.has(binding)).map((b) => hint(b, screen, ascii));
    const fits = packed(texts, cols, lines);
    if (fits !== null) return fits;
  }
  return [[]];
};

const hintLine = (texts: readonly string[]): Line =>
  texts.flatMap((text, i) => {
    // A key may be two, as in `[ ] block`: the label begins after the last of them.
    const at = Math.max(text.search(/(?<=\S) (?=[a-z])/), 1);
    return [
      span(`${i === 0 ? '' : separator}${text.slice(0, at)}`, 'cyan'),
      span(text.slice(at), 'dim'),
    ];
  });

export const footerLineCount = (view: View): number => (view.rows >= 24 ? 2 : 1);

export const footerLines = (state: State, view: View): Line[] => {
  const count = footerLineCount(view);
  const lines =
    state.mode.kind === 'browse'
      ? footerHints(state.screen, view.cols, count, view.ascii)
      : [modeHints[state.mode.kind]];
  return Array.from({ length: count }, (_, i) => hintLine(lines[i] ?? []));
};
