/** One pedal: headroom per width and why; its virtual twin (`play.tsx`), and what is known of it (`about.tsx`). */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { PredictRow } from '../../study/predict/row.ts';
import { hertz, percent } from '../../units/number-text.ts';
import type { PageDevice } from '../devices.ts';
import { type PageState, type Tab, tabs } from '../state.ts';
import { store } from '../store.ts';
import { twinOf } from '../twin.ts';
import type { Questions } from '../worker/protocol.ts';
import { About } from './about.tsx';
import { Bars } from './bars.tsx';
import { Icicle } from './icicle.tsx';
import { Play, type PlayProps } from './play.tsx';
import { useProfiles, useQuestion } from './use-question.ts';

export interface PedalProps extends Omit<PlayProps, 'twin'> {
  readonly device: PageDevice;
  readonly state: PageState;
  readonly engines: readonly string[];
  /** By hand, and not by the address: it comes into view. */
  readonly chosen: boolean;
  readonly set: (change: Partial<PageState>) => void;
}

const tabNames: Readonly<Record<Tab, string>> = {
  headroom: 'Headroom',
  why: 'Why',
  play: 'Play it',
  about: 'About',
};

const Reasons = ({ of }: { readonly of: PredictRow }): JSX.Element => (
  <ul class="reasons">
    {of.reasons.map((reason) => (
      <li key={reason}>{reason}</li>
    ))}
  </ul>
);

const Headroom = (props: PedalProps): JSX.Element => {
  const { device, model, state, engines, set } = props;
  const chip = useProfiles().find(({ id }) => id === device.id)?.chip;
  const blocks = chip?.audio.allowedBlockFrames.value ?? [];
  const cluster = chip?.clusters.find(({ audioCores }) => audioCores.value > 0);
  const clock = cluster?.clockHz.value ?? 0;
  const { answer, fault } = useQuestion<{
    rows: readonly PredictRow[];
    skipped: Questions['predict']['answer']['skipped'];
  }>(
    async (signal) => {
      const beside = await store.beside();
      const rows: PredictRow[] = [];
      const { skipped } = await beside.ask(
        'predict',
        {
          models: [model.origin],
          devices: [device.id],
          width: 'all',
          copies: [1, 2, 3],
          engine: state.engine,
          blockFrames: state.blockFrames,
          clockHz: state.clockHz,
        },
        { signal, onPart: (part) => rows.push(...part) },
      );
      return { rows, skipped };
    },
    [device.id, model.origin, state.engine, state.blockFrames, state.clockHz],
  );
  return (
    <>
      <div class="controls">
        <label>
          Engine{' '}
          <select value={state.engine} onChange={(e) => set({ engine: e.currentTarget.value })}>
            <option value="auto">what the pedal ships</option>
            <option value="all">all, beside each other</option>
            {engines.map((id) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        {blocks.length > 1 && (
          <label>
            Block{' '}
            <input
              type="range"
              min={0}
              max={blocks.length - 1}
              value={Math.max(
                0,
                blocks.indexOf(state.blockFrames ?? chip?.audio.blockFrames.value ?? 0),
              )}
              onChange={(e) => set({ blockFrames: blocks[Number(e.currentTarget.value)] ?? null })}
            />{' '}
            <output>{state.blockFrames ?? chip?.audio.blockFrames.value} frames</output>
          </label>
        )}
        {clock > 0 && (
          <label>
            Clock{' '}
            <input
              type="range"
              min={Math.round(clock / 2e6)}
              max={Math.round(clock / 0.5e6)}
              step={10}
              value={Math.round((state.clockHz ?? clock) / 1e6)}
              onChange={(e) => set({ clockHz: Number(e.currentTarget.value) * 1e6 })}
            />{' '}
            <output>{hertz(state.clockHz ?? clock)}</output>
          </label>
        )}
        {(state.clockHz !== null || state.blockFrames !== null || state.engine !== 'auto') && (
          <button
            type="button"
            onClick={() => set({ clockHz: null, blockFrames: null, engine: 'auto' })}
          >
            As the pedal ships
          </button>
        )}
      </div>
      {fault !== null && <p class="fault">{fault}</p>}
      {answer === null && fault === null && <p>Working it out …</p>}
      {answer !== null &&
        [...new Set(answer.rows.map(({ engine }) => engine))].map((engine) => {
          const rows = answer.rows.filter((row) => row.engine === engine);
          const [first] = rows;
          return (
            <section key={engine ?? ''}>
              <h3>{engine ?? 'No engine'}</h3>
              <Bars rows={rows} />
              <p class="soft small">
                Dashed: the limit with the margin of this pedal. Solid: all of the core. Thin bar:
                where nine of ten such predictions hold the truth.
              </p>
              {first !== undefined && <Reasons of={first} />}
            </section>
          );
        })}
      {answer?.skipped.map((one) => (
        <p key={`${one.engine} ${one.width}`} class="soft">
          {one.engine}, {one.width}: {one.reason}
        </p>
      ))}
    </>
  );
};

const Why = ({ device, model, state }: PedalProps): JSX.Element => {
  const { width, setting } = twinOf(state, device, model);
  const { answer, fault } = useQuestion(
    async (signal) => {
      const beside = await store.beside();
      const ask = { model: model.origin, device: device.id, width, ...setting };
      return beside.ask('explain', ask, { signal });
    },
    [device.id, model.origin, width, state.engine, state.blockFrames, state.clockHz],
  );
  if (fault !== null) return <p class="fault">{fault}</p>;
  if (answer === null) return <p>Working it out …</p>;
  return (
    <>
      <p>
        {width} with {answer.row.engine} on {answer.row.core}:{' '}
        {answer.row.load === null ? '' : `${percent(answer.row.load.expected)} of a core. `}
        Choose a bar to look into it.
      </p>
      <Icicle root={answer.explanation.tree} />
      <Reasons of={answer.row} />
    </>
  );
};

export const Pedal = (props: PedalProps): JSX.Element => {
  const { device, state, chosen, set } = props;
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!chosen) return;
    head.current?.focus({ preventScroll: true });
    // Beside the table it is seen already.
    const block = matchMedia('(min-width: 78rem)').matches ? 'nearest' : 'start';
    head.current?.closest('section')?.scrollIntoView({ block });
  }, [device.id]);
  const close = (): void => {
    // Back to the row from where one came.
    const row = document.querySelector<HTMLElement>('.matrix .selected .plain');
    set({ device: null, width: null });
    row?.focus();
  };
  return (
    <section class="card" aria-labelledby="pedal-name" id="pedal">
      <header class="card-head">
        <h2 id="pedal-name" ref={head} tabIndex={-1}>
          {device.name}
        </h2>
        <code>{device.id}</code>
        <button type="button" onClick={close}>
          Close
        </button>
      </header>
      <div role="tablist" aria-label={`About ${device.name}`} class="tabs">
        {tabs.map((tab) => (
          <button
            type="button"
            role="tab"
            id={`tab-${tab}`}
            key={tab}
            aria-selected={tab === state.tab}
            aria-controls="tab-panel"
            tabIndex={tab === state.tab ? 0 : -1}
            onClick={() => set({ tab })}
            onKeyDown={(e) => {
              const step = e.key === 'ArrowRight' ? 1 : e.key === 'ArrowLeft' ? -1 : 0;
              if (step === 0) return;
              const next = tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length] ?? tab;
              set({ tab: next });
              document.getElementById(`tab-${next}`)?.focus();
            }}
          >
            {tabNames[tab]}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="tab-panel" aria-labelledby={`tab-${state.tab}`}>
        {state.tab === 'headroom' && <Headroom {...props} />}
        {state.tab === 'why' && <Why {...props} />}
        {state.tab === 'play' && (
          <Play twin={twinOf(state, device, props.model)} model={props.model} hear={props.hear} />
        )}
        {state.tab === 'about' && <About device={device} />}
      </div>
    </section>
  );
};
