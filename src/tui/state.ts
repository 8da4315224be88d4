/** Everything that the screen knows. Plain data; `reduce` makes the next one, `renderView` draws it. */
import type { Job } from '../scenario/parse-scenario.ts';
import type { ScreenAnswers, ScreenSetting } from '../workers/screen/task.ts';

export const screenNames = ['matrix', 'pedal', 'rig', 'explain', 'scenario'] as const;
export type ScreenName = (typeof screenNames)[number];

export const sortNames = ['name', 'load', 'verdict', 'confidence'] as const;
export type SortName = (typeof sortNames)[number];

export const chainNames = ['serial', 'parallel', 'pipelined'] as const;
export type ChainName = (typeof chainNames)[number];

/** Lengths of the impulse responses that are built in. */
export const irTaps: readonly number[] = [256, 512, 1024, 2048, 4096, 8192];

export const exportFormats = ['json', 'svg', 'text', 'scenario'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface DeviceEntry {
  readonly id: string;
  readonly name: string;
  /** What kind of thing it is, as its profile says. */
  readonly tier: string;
  /** False where nobody has published the chip, or the product takes no `.nam`. */
  readonly plays: boolean;
  /** Its own block and clock; null without a chip. */
  readonly blockFrames: number | null;
  readonly clockHz: number | null;
}

export interface ModelEntry {
  /** What workers look it up by: an id or a path. */
  readonly id: string;
  /** As messages name it. */
  readonly shown: string;
}

export interface ScenarioEntry {
  readonly id: string;
  readonly title: string;
  readonly jobs: readonly Job[];
  /** Why it cannot be read, as a sentence. */
  readonly fault: string | null;
}

export interface Catalogue {
  readonly devices: readonly DeviceEntry[];
  readonly models: readonly ModelEntry[];
  /** WAV files that may be impulse responses. */
  readonly sounds: readonly string[];
  readonly engines: readonly string[];
  readonly scenarios: readonly ScenarioEntry[];
}

export interface Settings extends ScreenSetting {
  readonly copies: number;
}

/** A model at a width, null until the widths are known: then the widest. Or an impulse response: built in of so many taps, or a file. */
export type RigSlot =
  | { readonly model: string; readonly width: string | null }
  | { readonly ir: number | string };

/** What was asked of workers, and how far that is. */
export type Known = {
  [K in keyof ScreenAnswers]: {
    readonly kind: K;
    readonly status: 'waiting' | 'working' | 'ready' | 'failed';
    /** Seconds without a word; 0 while there are words. */
    readonly silentSeconds: number;
    /** 0 to 1, where the worker says it. */
    readonly share: number | null;
    readonly reason: string | null;
    /** For pedals that play: as they stand, and their loads so far. */
    readonly value: ScreenAnswers[K] | null;
    readonly history: Readonly<Record<string, readonly number[]>>;
  };
}[keyof ScreenAnswers];

export interface Picker {
  readonly what: 'model' | 'slot' | 'added' | 'engine' | 'pedal' | 'scenario' | 'export';
  readonly choices: readonly { readonly value: string; readonly text: string }[];
  readonly selected: number;
  readonly typed: string;
}

/** The first line that is shown, and what is looked for. */
export type HelpMode = {
  readonly kind: 'help';
  readonly top: number;
  readonly typed: string | null;
};

export type Mode =
  | { readonly kind: 'browse' }
  | { readonly kind: 'filter' }
  | HelpMode
  | { readonly kind: 'picker'; readonly picker: Picker };

export interface State {
  readonly catalogue: Catalogue;
  readonly settings: Settings;
  readonly screen: ScreenName;
  readonly before: readonly ScreenName[];
  readonly mode: Mode;
  /** Selected pedal and width; null for the first and for the widest. */
  readonly device: string | null;
  readonly width: string | null;
  readonly filter: string;
  readonly sort: SortName;
  readonly rig: {
    readonly slots: readonly RigSlot[];
    readonly focus: number;
    readonly chain: ChainName;
  };
  /** The line of the tree under the cursor, and the nodes that are open, by their paths. */
  readonly explain: { readonly at: number; readonly open: ReadonlySet<string> };
  readonly scenario: {
    readonly id: string | null;
    readonly job: number;
    /** Null until somebody moves: then the worst block. */
    readonly block: number | null;
  };
  readonly paused: boolean;
  readonly known: ReadonlyMap<string, Known>;
  readonly message: string | null;
  /** What the runtime is to do next. */
  readonly exportAs: ExportFormat | null;
  readonly quit: 'asked' | 'interrupted' | null;
}

export const slotOf = (model: string): RigSlot => ({ model, width: null });

/** Other slots in the place of the one under the cursor; none takes it out. */
export const withSlot = ({ slots, ...rig }: State['rig'], ...others: RigSlot[]): State['rig'] => ({
  ...rig,
  slots: slots.flatMap((slot, i) => (i === rig.focus ? others : [slot])),
});

export const defaultSettings: Omit<Settings, 'model'> = {
  engine: 'auto',
  blockFrames: null,
  copies: 1,
  clockShare: 1,
  whatIf: false,
};

interface Start {
  readonly model: string;
  readonly second?: string | undefined;
  readonly device?: string | undefined;
}

export const initialState = (
  catalogue: Catalogue,
  { model, second = model, device }: Start,
): State => ({
  catalogue,
  settings: { ...defaultSettings, model },
  screen: device === undefined ? 'matrix' : 'pedal',
  before: device === undefined ? [] : ['matrix'],
  mode: { kind: 'browse' },
  device: device ?? null,
  width: null,
  filter: '',
  sort: 'name',
  rig: { slots: [slotOf(model), slotOf(second)], focus: 0, chain: 'serial' },
  explain: { at: 0, open: new Set() },
  scenario: { id: null, job: 0, block: null },
  paused: false,
  known: new Map(),
  message: null,
  exportAs: null,
  quit: null,
});
