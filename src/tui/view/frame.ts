/** What every screen has around it: tabs, settings, a status line and the footer of keys. */
import { widthOf } from '../../report/text/text-width.ts';
import { hertz } from '../../units/number-text.ts';
import { bindings, modeHints, shownKey } from '../keys.ts';
import { selectedDevice } from '../select.ts';
import { type ScreenName, type SortName, type State, screenNames } from '../state.ts';
import { scenarioEntry } from '../tasks.ts';
import { type Line, span, spread, type View } from './line.ts';

const tabName = (screen: ScreenName): string => (screen === 'scenario' ? 'timeline' : screen);

/** Whether what is shown is still moving, in a few words of constant place. */
const activity = (state: State): Line => {
  const entries = [...state.known.values()];
  const failed = entries.filter(({ status }) => status === 'failed').length;
  const silent = entries.filter(({ silentSeconds }) => silentSeconds > 0).length;
  const under = entries.filter(({ status }) => status === 'waiting' || status === 'working');
  const playing = under.filter(({ kind }) => kind === 'play').length;
  const open = under.length - playing;
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
  const here = span(`[${tabName(state.screen)}]`, 'bold');
  const tabs = screenNames.map((name) =>
    name === state.screen ? here : span(` ${tabName(name)} `, 'dim'),
  );
  const shown = view.cols < 80 ? [here] : [span('Pedalbench  ', 'bold'), ...tabs];
  return spread(shown, activity(state), view.cols);
};

const sortWords: Readonly<Record<SortName, string>> = {
  name: 'by name',
  load: 'least load first',
  verdict: 'fits first',
  confidence: 'best known first',
};

/** Name, value and whether it is not the default; null is not shown. */
type Setting = readonly [name: string, value: string | null, set: boolean];

/** A scenario brings its own settings. */
const scenarioParts = (state: State): Setting[] => {
  const { id, job: at } = state.scenario;
  const jobs = scenarioEntry(state)?.jobs ?? [];
  const job = jobs[at];
  return [
    ['scenario', id ?? 'none', true],
    ['pedal', job?.scenario.device ?? null, false],
    ['seed', job === undefined ? null : String(job.seed), false],
    ['run', jobs.length > 1 ? `${at + 1} of ${jobs.length}` : null, false],
  ];
};

const predictionParts = (state: State): Setting[] => {
  const { settings, screen, sort, filter } = state;
  const { blockFrames, clockShare } = settings;
  const device = screen === 'matrix' ? null : selectedDevice(state);
  const ownBlock = device?.blockFrames == null ? 'own' : `own (${device.blockFrames})`;
  const share = `${Math.round(clockShare * 100)}%`;
  const clock = device?.clockHz == null ? '' : ` (${hertz(device.clockHz * clockShare)})`;
  const typing = state.mode.kind === 'filter';
  return [
    ['model', settings.model, true],
    ['copies', String(settings.copies), settings.copies !== 1],
    ['block', blockFrames === null ? ownBlock : String(blockFrames), blockFrames !== null],
    ['engine', settings.engine, settings.engine !== 'auto'],
    ['clock', clockShare === 1 ? 'own' : share + clock, clockShare !== 1],
    ['what-if', settings.whatIf ? 'on' : null, true],
    ['sort', screen === 'matrix' ? sortWords[sort] : null, sort !== 'name'],
    ['filter', filter === '' && !typing ? null : `/${filter}${typing ? '_' : ''}`, true],
  ];
};

/** Where there is no room for all, what is the default goes. */
const fitted = (all: readonly Setting[], cols: number): readonly Setting[] => {
  const settings = all.filter(([, value]) => value !== null);
  const width = widthOf(settings.map(([name, value]) => `${name} ${value}`).join('  '));
  const last = settings.findLastIndex(([, , set]) => !set);
  const fewer = settings.filter((_, i) => i !== last);
  return width <= cols || last < 0 ? settings : fitted(fewer, cols);
};

/** What predictions are made with; what is not the default stands out. */
export const settingsLine = (state: State, { cols }: View): Line =>
  fitted((state.screen === 'scenario' ? scenarioParts : predictionParts)(state), cols).flatMap(
    ([name, value, set], i) => [
      span(`${i === 0 ? '' : '  '}${name} `, 'dim'),
      span(value ?? '', set ? 'bold' : undefined),
    ],
  );

const separator = '  ';

/** Packs texts into lines of `cols`. */
const packed = (texts: readonly string[], cols: number): string[][] => {
  const lines: string[][] = [[]];
  for (const text of texts) {
    const longer = [...(lines.at(-1) ?? []), text];
    if (widthOf(longer.join(separator)) > cols) lines.push([text]);
    else lines[lines.length - 1] = longer;
  }
  return lines;
};

/** As many hints as fit; the highest ranks go first, help and quit last. */
export const footerHints = (
  screen: ScreenName,
  cols: number,
  lines: number,
  ascii: boolean,
): readonly (readonly string[])[] => {
  const hints = bindings.flatMap(({ shown, hint }) => {
    if (hint === null || hint.screens?.includes(screen) === false) return [];
    const label = hint.labels?.[screen] ?? hint.label;
    return [{ rank: hint.rank, text: `${shownKey(hint.pair ?? shown, ascii)} ${label}` }];
  });
  const byRank = [...hints].sort((a, b) => a.rank - b.rank);
  for (let count = byRank.length; count > 1; count -= 1) {
    const kept = new Set(byRank.slice(0, count));
    const texts = hints.filter((hint) => kept.has(hint)).map(({ text }) => text);
    const fit = packed(texts, cols);
    if (fit.length <= lines) return fit;
  }
  return [[]];
};

const hintLine = (texts: readonly string[]): Line =>
  texts.flatMap((text, i) => {
    // A key may be two, as in `[ ] block`: the label begins after the last of them.
    const at = Math.max(text.search(/(?<=\S) (?=[a-z])/), 1);
    const key = `${i === 0 ? '' : separator}${text.slice(0, at)}`;
    return [span(key, 'cyan'), span(text.slice(at), 'dim')];
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
