/** The next state after an event. Pure: no terminal, no clock, no worker. */
import type { PedalReport, ScreenAnswers, ScreenReport } from '../workers/screen/task.ts';
import { reduceKey } from './reduce-key.ts';
import type { Catalogue, Known, State } from './state.ts';

/** What can happen to the screen. */
export type TuiEvent =
  /** More of what there is: engines and scenarios are read after the first paint. */
  | { readonly type: 'catalogue'; readonly catalogue: Partial<Catalogue> }
  /** `char` is what it types, where it types something. */
  | { readonly type: 'key'; readonly key: string; readonly char: string | null }
  | { readonly type: 'waiting'; readonly id: string; readonly kind: keyof ScreenAnswers }
  | { readonly type: 'working'; readonly id: string }
  | { readonly type: 'answer'; readonly id: string; readonly value: unknown }
  | { readonly type: 'report'; readonly id: string; readonly report: ScreenReport }
  | { readonly type: 'failed'; readonly id: string; readonly reason: string }
  | { readonly type: 'silent'; readonly id: string; readonly seconds: number }
  | { readonly type: 'forgotten'; readonly ids: readonly string[] }
  | { readonly type: 'export-taken' }
  | { readonly type: 'message'; readonly text: string };

/** Loads kept for the graph: more than the widest screen shows. */
const historyLength = 512;

const withKnown = (state: State, id: string, change: (known: Known) => Known): State => {
  const before = state.known.get(id);
  // What was forgotten meanwhile stays so.
  if (before === undefined) return state;
  return { ...state, known: new Map(state.known).set(id, change(before)) };
};

const merged = (
  known: readonly PedalReport[],
  reports: readonly PedalReport[],
): readonly PedalReport[] => {
  const byLabel = new Map(known.map((pedal) => [pedal.label, pedal]));
  for (const report of reports) byLabel.set(report.label, report);
  return [...byLabel.values()];
};

const withReport = (known: Known, report: ScreenReport): Known => {
  if (report.kind === 'progress') return { ...known, silentSeconds: 0, share: report.share };
  if (known.kind !== 'play') return known;
  const history: Record<string, readonly number[]> = { ...known.history };
  for (const { label, bins } of report.pedals) {
    history[label] = [...(history[label] ?? []), ...bins].slice(-historyLength);
  }
  return { ...known, silentSeconds: 0, value: merged(known.value ?? [], report.pedals), history };
};

export const reduce = (state: State, event: TuiEvent): State => {
  switch (event.type) {
    case 'catalogue':
      return { ...state, catalogue: { ...state.catalogue, ...event.catalogue } };
    case 'key':
      return reduceKey({ ...state, message: null }, event.key, event.char);
    case 'waiting': {
      const fresh = {
        kind: event.kind,
        status: 'waiting',
        silentSeconds: 0,
        share: null,
        reason: null,
        value: null,
        history: {},
      } as Known;
      return { ...state, known: new Map(state.known).set(event.id, fresh) };
    }
    case 'working':
      return withKnown(state, event.id, (known) => ({ ...known, status: 'working' }));
    case 'answer':
      return withKnown(state, event.id, (known) => {
        // A player that was stopped answers with nothing; what it reported stays.
        const value = known.kind === 'play' ? known.value : event.value;
        return { ...known, status: 'ready', silentSeconds: 0, value } as Known;
      });
    case 'report':
      return withKnown(state, event.id, (known) => withReport(known, event.report));
    case 'failed':
      return withKnown(state, event.id, (known) => ({
        ...known,
        status: 'failed',
        silentSeconds: 0,
        reason: event.reason,
      }));
    case 'silent':
      return withKnown(state, event.id, (known) => ({ ...known, silentSeconds: event.seconds }));
    case 'forgotten': {
      const known = new Map(state.known);
      for (const id of event.ids) known.delete(id);
      return { ...state, known };
    }
    case 'export-taken':
      return { ...state, exportAs: null };
    case 'message':
      return { ...state, message: event.text };
    default:
      return event satisfies never;
  }
};
