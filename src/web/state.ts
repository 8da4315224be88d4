/** What the page is set to, as plain data that goes into its address and comes back. */
import { rigOf } from './rig-document.ts';

/** The kinds of devices, as people look for them. */
export const deviceKinds = ['product', 'board', 'computer', 'class'] as const;
export type DeviceKind = (typeof deviceKinds)[number];

export const mostCopies = 4;

/** What the table asks for. */
export const copiesOf = ({ copies }: Pick<PageState, 'copies'>): readonly number[] =>
  copies === null ? [1, 2] : [copies];

export const sortOrders = ['load', 'name', 'chance'] as const;
export type SortOrder = (typeof sortOrders)[number];

export const tabs = ['headroom', 'why', 'play', 'about'] as const;
export type Tab = (typeof tabs)[number];

export interface PageState {
  /** An id of a shipped model; null where a dropped file is shown, which no address can hold. */
  readonly model: string | null;
  readonly device: string | null;
  readonly width: string | null;
  readonly tab: Tab;
  readonly engine: string;
  /** Null: each pedal's own. */
  readonly blockFrames: number | null;
  readonly clockHz: number | null;
  /** Of the table; null for once and twice. */
  readonly copies: number | null;
  readonly kinds: readonly DeviceKind[];
  readonly only: 'all' | 'fits' | 'sure';
  readonly search: string;
  readonly sort: SortOrder;
  /** A scenario as its file would hold it; null where none was built. */
  readonly rig: string | null;
}

export const initialState: PageState = {
  model: 'a2',
  device: null,
  width: null,
  tab: 'headroom',
  engine: 'auto',
  blockFrames: null,
  clockHz: null,
  copies: null,
  kinds: ['product', 'board', 'computer'],
  only: 'all',
  search: '',
  sort: 'load',
  rig: null,
};

const oneOf = <T extends string>(value: string | null, known: readonly T[]): T | undefined =>
  known.find((one) => one === value);

const wholeOf = (value: string | null, least: number, most: number): number | null => {
  const number = Number(value);
  return value !== null && Number.isInteger(number) && number >= least && number <= most
    ? number
    : null;
};

/** Only what differs from the start: a short address. */
export const addressOf = (state: PageState): string => {
  const words = new URLSearchParams();
  const put = (key: string, value: string | number | null, usual: string | number | null): void => {
    if (value !== null && value !== usual) words.set(key, String(value));
  };
  put('model', state.model, initialState.model);
  put('device', state.device, null);
  put('width', state.width, null);
  put('tab', state.tab, initialState.tab);
  put('engine', state.engine, initialState.engine);
  put('block', state.blockFrames, null);
  put('clock', state.clockHz, null);
  put('copies', state.copies, null);
  put('kinds', state.kinds.join('.'), initialState.kinds.join('.'));
  put('only', state.only, initialState.only);
  put('search', state.search, '');
  put('sort', state.sort, initialState.sort);
  put('rig', state.rig, null);
  return words.toString();
};

/** The command that gives the same table; `model` is the id of a file that was dropped. */
export const commandOf = (
  { model, engine, copies, blockFrames }: PageState,
  dropped: string,
): string => {
  const words = ['npx pedalbench predict', model ?? `${dropped}.nam`];
  if (engine !== 'auto' && engine !== 'all') words.push(`--engine ${engine}`);
  if (copies !== null) words.push(`--copies ${copies}`);
  if (blockFrames !== null) words.push(`--block ${blockFrames}`);
  return words.join(' ');
};

const isRigText = (text: string | null): boolean => {
  try {
    return text !== null && rigOf(text) !== null;
  } catch {
    return false;
  }
};

/** Words that mean nothing are passed over: an old address still opens the page. */
export const stateOf = (address: string, models: readonly string[]): PageState => {
  const words = new URLSearchParams(address.replace(/^#/, ''));
  const kinds = (words.get('kinds') ?? '')
    .split('.')
    .flatMap((kind) => oneOf(kind, deviceKinds) ?? []);
  return {
    model: oneOf(words.get('model'), models) ?? initialState.model,
    device: words.get('device'),
    width: words.get('width'),
    tab: oneOf(words.get('tab'), tabs) ?? initialState.tab,
    engine: words.get('engine') ?? initialState.engine,
    blockFrames: wholeOf(words.get('block'), 1, 8192),
    clockHz: wholeOf(words.get('clock'), 1e6, 1e10),
    copies: wholeOf(words.get('copies'), 1, mostCopies),
    kinds: kinds.length > 0 ? kinds : initialState.kinds,
    only: oneOf(words.get('only'), ['all', 'fits', 'sure'] as const) ?? initialState.only,
    search: words.get('search') ?? '',
    sort: oneOf(words.get('sort'), sortOrders) ?? initialState.sort,
    rig: isRigText(words.get('rig')) ? words.get('rig') : null,
  };
};
