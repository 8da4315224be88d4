/** What can happen to the screen. */
import type { ScreenAnswers, ScreenReport } from '../workers/screen/task.ts';
import type { Catalogue } from './state.ts';

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
