/** Which widths of which models run on which devices: one row a combination. Pure: data in, data out. */
import { audioClusterOf } from '../device/audio-cluster.ts';
import type { ChipProfile, DeviceProfile } from '../device/profile.ts';
import type { Engine, TanhKind } from '../engine/engine.ts';
import type { CoreProfile } from '../machine/core-profile.ts';
import type { Ends } from '../machine/pipeline.ts';
import type { Model, Width } from '../nam/model.ts';
import { selectWidths } from '../nam/widths.ts';
import { CostBook } from './cost-book.ts';
import { type Combination, costedRow, evidenceRow, refusedRow } from './costed-row.ts';
import { engineById } from './engine-choice.ts';
import type { MeasuredArguments } from './measured-arguments.ts';
import type { Placement } from './model-memory.ts';
import type { PredictResult, PredictRow, SkippedCombination } from './predict-row.ts';
import { type Point, price, targetOf } from './price.ts';
import { StudyError } from './study-error.ts';
import type { MeasuredPair } from './verdict.ts';

export interface PredictRequest {
  readonly models: readonly Model[];
  readonly devices: readonly DeviceProfile[];
  readonly engines: readonly Engine[];
  /** @throws where the id is unknown. */
  readonly coreOf: (id: string) => CoreProfile;
  /** What the validation set covers. @default nothing */
  readonly measured?: readonly MeasuredPair[] | undefined;
  /** An id, 'auto' or 'all'. @default 'auto' */
  readonly engine?: string | undefined;
  /** @default each device's own */
  readonly blockFrames?: readonly number[] | undefined;
  /** @default each device's own */
  readonly sampleRateHz?: number | undefined;
  /** 'all', a ratio, 'ch:8', 'ch:16/8' or a label. @default 'all' */
  readonly width?: string | undefined;
  /** Also widths that a file was not trained for. @default false */
  readonly whatIf?: boolean | undefined;
  /** @default [1] */
  readonly copies?: readonly number[] | undefined;
  /** Copies on different cores. @default false */
  readonly parallel?: boolean | undefined;
  /** One model over two cores, the first so many layers on the first. */
  readonly splitAfterLayers?: number | undefined;
  /** @default what each device's build does */
  readonly tanh?: TanhKind | undefined;
  /** Overrides single entries of a microcontroller's placement. */
  readonly placement?: Readonly<Partial<Placement>> | undefined;
  /** ESR against the full width on the user's audio, where it was rendered. */
  readonly fidelity?: ((model: Model, width: Width) => number | null) | undefined;
  /** 'expected': the ends of every range are the expected value, at a fraction of the work. @default 'all' */
  readonly ends?: Ends | undefined;
  /** Where libm's arguments fall on the user's audio, where it was run. @default a playing A1 network's */
  readonly arguments?: ((model: Model, width: Width) => MeasuredArguments | null) | undefined;
}

/** Block and rate of rows whose device publishes neither. */
const unpublishedBlockFrames = 64;
const unpublishedSampleRateHz = 48_000;
const largestBlockFrames = 65_536;

const checkRequest = (request: PredictRequest): void => {
  for (const block of request.blockFrames ?? []) {
    if (!Number.isInteger(block) || block < 1 || block > largestBlockFrames) {
      throw new StudyError(
        'bad-block',
        `block: expected a whole number of frames from 1 to ${largestBlockFrames}, got ${block}.`,
      );
    }
  }
  for (const copies of request.copies ?? []) {
    if (!Number.isInteger(copies) || copies < 1 || copies > 64) {
      throw new StudyError(
        'bad-block',
        `copies: expected a whole number from 1 to 64, got ${copies}.`,
      );
    }
  }
  const { engine = 'auto' } = request;
  if (engine !== 'auto' && engine !== 'all') engineById(engine, request.engines);
};

/** Sentences about a model that every row of it shares. */
const warningsOf = (model: Model, sampleRateHz: number): string[] => {
  const trained = model.metadata.sampleRateHz;
  return [
    ...model.warnings.map((w) => `${model.origin}: ${w}`),
    ...(trained !== null && trained !== sampleRateHz
      ? [
          `${model.origin}: trained at ${trained} Hz and run at ${sampleRateHz} Hz: players resample or sound different; the cost is that of ${sampleRateHz} Hz.`,
        ]
      : []),
  ];
};

/**
 * Rows in the order models, widths, devices, engines, blocks, copies. With engine 'all' the engines
 * that do not support a shape are listed in `skipped`, with the real library's fallback.
 * @param kept remembers between calls. Without it each width has a book of its own, so that memory holds
 * one width at a time; the rows are the same.
 */
export const predict = (request: PredictRequest, kept?: CostBook): PredictResult => {
  checkRequest(request);
  const rows: PredictRow[] = [];
  const skipped = new Map<string, SkippedCombination>();
  const warnings = new Set<string>();
  const widthOptions = { whatIf: request.whatIf ?? false };

  const pointOf = (c: Combination, chip: ChipProfile, engine: string): Point => ({
    network: c.network,
    chip,
    core: request.coreOf(audioClusterOf(chip).coreId),
    engines: request.engines,
    engine,
    blockFrames: c.blockFrames,
    tanh: request.tanh,
    copies: c.copies,
    parallel: request.parallel ?? false,
    splitAfterLayers: request.splitAfterLayers,
    placement: request.placement,
    arguments: request.arguments?.(c.model, c.width) ?? undefined,
    ends: request.ends,
  });

  /** A pipeline needs a second core; where there is none, the row says so. */
  const cannotSplit = (chip: ChipProfile): boolean =>
    request.splitAfterLayers !== undefined && audioClusterOf(chip).audioCores.value < 2;

  const oneEngine = (c: Combination, chip: ChipProfile, book: CostBook): void => {
    if (cannotSplit(chip)) {
      rows.push(refusedRow(c, request, ['A pipeline needs two audio cores; this device has one.']));
      return;
    }
    const priced = price(book, pointOf(c, chip, c.requestedEngine));
    rows.push(
      priced.engine === null
        ? refusedRow(c, request, [
            'No engine of this device takes the model.',
            ...priced.choice.reasons,
          ])
        : costedRow(c, request, priced),
    );
  };

  const everyEngine = (c: Combination, chip: ChipProfile, book: CostBook): void => {
    if (cannotSplit(chip)) {
      oneEngine(c, chip, book);
      return;
    }
    const program = book.program(c.network);
    const target = targetOf(chip, request.coreOf(audioClusterOf(chip).coreId));
    for (const engine of request.engines) {
      const support = engine.supports(program, target);
      const priced = support.supported ? price(book, pointOf(c, chip, engine.id)) : null;
      if (priced !== null && priced.engine !== null) {
        rows.push(costedRow(c, request, priced));
        continue;
      }
      skipped.set(JSON.stringify([c.model.origin, c.device.id, engine.id, c.width.label]), {
        model: c.model.id,
        device: c.device.id,
        engine: engine.id,
        width: c.width.label,
        reason: support.supported
          ? (priced?.choice.reasons[0] ?? 'Its code does not run on this core.')
          : support.reason,
        fallback: support.supported ? null : support.fallback,
      });
    }
  };

  for (const model of request.models) {
    for (const width of selectWidths(model, request.width ?? 'all', widthOptions)) {
      const book = kept ?? new CostBook();
      const { network } = book.slimmed(model, width, widthOptions);
      for (const device of request.devices) {
        const { chip } = device;
        const sampleRateHz =
          request.sampleRateHz ?? chip?.audio.sampleRateHz.value ?? unpublishedSampleRateHz;
        for (const warning of warningsOf(model, sampleRateHz)) warnings.add(warning);
        const own = chip?.audio.blockFrames.value ?? unpublishedBlockFrames;
        for (const blockFrames of request.blockFrames ?? [own]) {
          for (const copies of request.copies ?? [1]) {
            const c: Combination = {
              model,
              width,
              network,
              device,
              blockFrames,
              sampleRateHz,
              copies,
              requestedEngine: request.engine ?? 'auto',
            };
            if (chip === null) rows.push(evidenceRow(c, request));
            else if (c.requestedEngine === 'all') everyEngine(c, chip, book);
            else oneEngine(c, chip, book);
          }
        }
      }
    }
  }
  return { rows, skipped: [...skipped.values()], warnings: [...warnings] };
};
