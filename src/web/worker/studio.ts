/** What is asked once the table stands: why, a pedal that plays, and sound. */

import type QuickLRU from 'quick-lru';
import { atRate } from '../../audio/resampled-sound.ts';
import { usualRateHz } from '../../audio/signal-sound.ts';
import { type SignalName, signalOf } from '../../audio/signals.ts';
import type { Sound } from '../../audio/sound.ts';
import { explain, render, simulate } from '../../browser.ts';
import type { Model } from '../../nam/model.ts';
import { isRecord } from '../../units/json-path.ts';
import type { SimulateRequest } from '../../workbench/simulate.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import type { Context, Played, Questions } from './protocol.ts';

export { explain, render };

/** A scenario with the models that are open on the page in place of their names; other names are looked up. */
const withModels = (value: unknown, open: QuickLRU<string, Model>): unknown => {
  const named = (name: unknown): unknown =>
    (typeof name === 'string' && (open.get(name) ?? open.get(`models/${name}.nam`))) || name;
  if (Array.isArray(value)) return value.map((entry) => withModels(entry, open));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => [
      key,
      key === 'model' && !Array.isArray(child) ? named(child) : withModels(child, open),
    ]),
  );
};

/** Sound in memory. */
export const heldSound = (samples: Float32Array, sampleRateHz: number = usualRateHz): Sound => {
  let at = 0;
  return {
    path: pageSound,
    format: { sampleRateHz, channels: 1, frames: samples.length, warnings: [] },
    read: (into) => {
      const piece = samples.subarray(at, at + into.length);
      into.set(piece);
      at += piece.length;
      return piece.length;
    },
    rewind: () => {
      at = 0;
    },
    close: () => {},
  };
};

const joined = (blocks: readonly Float32Array[], sampleRateHz: number): Float32Array => {
  const all = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  const sound = atRate(heldSound(all, sampleRateHz), usualRateHz);
  const samples = new Float32Array(sound.format.frames);
  sound.read(samples);
  return samples;
};

/** What a scenario of the page names where it plays a sound that the page holds. */
export const pageSound = 'the sound of the page';

export const play = async (
  workbench: Workbench,
  open: QuickLRU<string, Model>,
  { ask, part, signal }: Context<'play'>,
): Promise<Played> => {
  const sound: Float32Array[] = [];
  const loads: number[] = [];
  const late: number[] = [];
  const audio = ask.sound === null ? {} : { audio: { file: pageSound } };
  const scenario = withModels(ask.scenario, open);
  const request: SimulateRequest = {
    // The verb holds it to the schema of files.
    scenario: (isRecord(scenario)
      ? { ...scenario, ...audio }
      : scenario) as SimulateRequest['scenario'],
    onBlock: (record) => {
      loads.push(record.load);
      late.push(record.late ? 1 : 0);
    },
    onAudio: ask.sound === null ? undefined : (block) => sound.push(block.slice()),
  };
  const [result] = await simulate(workbench, request, { signal, onProgress: part });
  if (result === undefined) throw new Error('scenario: expected one run, got none.');
  return {
    result,
    loads: Float32Array.from(loads),
    late: Uint8Array.from(late),
    sound: ask.sound === null ? null : joined(sound, result.sampleRateHz),
  };
};

/** The page offers a minute at most. */
const mostSeconds = 60;

export const signal = ({
  name,
  seconds,
  sampleRateHz,
}: Questions['signal']['ask']): Float32Array => {
  const samples = new Float32Array(Math.round(Math.min(seconds, mostSeconds) * sampleRateHz));
  signalOf(name as SignalName, sampleRateHz, 1).read(samples);
  return samples;
};
