/** One pedal: headroom per width, why, a virtual twin that plays, and what is known of it from where. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { loadWithInterval } from '../../report/predict/verdict-text.ts';
import { hertz, percent } from '../../report/text/number.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import type { PageDevice } from '../devices.ts';
import { type PageState, type Tab, tabs } from '../state.ts';
import { beside } from '../store.ts';
import { said } from '../verdict.ts';
import { DroppedError } from '../worker/client.ts';
import type { ModelSummary, Played, Questions } from '../worker/protocol.ts';
import { Icicle } from './icicle.tsx';
import { TimelineLater } from './timeline-later.tsx';

export interface PedalProps {
  readonly device: PageDevice;
  readonly model: ModelSummary;
  readonly state: PageState;
  readonly engines: readonly string[];
  readonly set: (change: Partial<PageState>) => void;
  /** Opens the model on the second worker. */
  readonly openBeside: () => Promise<void>;
  /** Plays what the pedal's virtual twin made of the sound. */
  readonly hear: (sound: Float32Array, what: string) => void;
}

const tabNames: Readonly<Record<Tab, string>> = {
  headroom: 'Headroom',
  why: 'Why',
  play: 'Play it',
  about: 'About',
};

/** A figure anywhere in a profile, with its path. */
interface Fact {
  readonly path: string;
  readonly value: string;
  readonly kind: string;
  readonly source: string;
  readonly note: string;
}

const factsOf = (node: unknown, path: string): readonly Fact[] => {
  if (typeof node !== 'object' || node === null) return [];
  if ('value' in node && 'kind' in node && 'source' in node) {
    const { value, low, high, note } = node as Record<string, unknown>;
    const range =
      low === undefined && high === undefined ? '' : ` (${low ?? value} to ${high ?? value})`;
    return [
      {
        path,
        value: `${typeof value === 'object' ? JSON.stringify(value) : String(value)}${range}`,
        kind: String(node.kind),
        source: String(node.source),
        note: note === undefined ? '' : String(note),
      },
    ];
  }
  return Object.entries(node).flatMap(([key, child]) =>
    factsOf(child, path === '' ? key : `${path}.${key}`),
  );
};

const useQuestion = <T,>(
  ask: (signal: AbortSignal) => Promise<T>,
  depends: readonly unknown[],
): { readonly answer: T | null; readonly fault: string | null } => {
  const [known, setKnown] = useState<{ answer: T | null; fault: string | null }>({
    answer: null,
    fault: null,
  });
  useEffect(() => {
    const current = new AbortController();
    ask(current.signal).then(
      (answer) => current.signal.aborted || setKnown({ answer, fault: null }),
      (error: Error) =>
        error instanceof DroppedError || setKnown({ answer: null, fault: error.message }),
    );
    return () => current.abort();
  }, depends);
  return known;
};

const Bars = ({ rows }: { readonly rows: readonly PredictRow[] }): JSX.Element => {
  // What is far over would leave no room for what fits.
  const top = Math.min(2, Math.max(1.1, ...rows.map((row) => row.load?.high ?? 0)));
  const at = (share: number): string => `${Math.min(100, (100 * share) / top)}%`;
  return (
    <table class="bars-table">
      <thead>
        <tr>
          <th scope="col">Width</th>
          <th scope="col">Copies</th>
          <th scope="col" class="wide">
            Load of one audio core
          </th>
          <th scope="col">Load (nine of ten)</th>
          <th scope="col">Verdict</th>
          <th scope="col">Chance</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.width.label} ${row.copies}`}>
            <th scope="row">{row.width.label}</th>
            <td>
              {row.copies === 1 ? 'once' : row.copies === 2 ? 'twice' : `${row.copies} times`}
            </td>
            <td class="wide">
              {row.load !== null && (
                <span class={`bar-track ${said(row).tone}`} aria-hidden="true">
                  <span class="bar-fill" style={{ width: at(row.load.expected) }} />
                  <span
                    class="bar-interval"
                    style={{
                      left: at(row.load.low),
                      width: `calc(${at(row.load.high)} - ${at(row.load.low)})`,
                    }}
                  />
                  <span class="bar-limit" style={{ left: at(1 - (row.margin ?? 0)) }} />
                  <span class="bar-deadline" style={{ left: at(1) }} />
                </span>
              )}
            </td>
            <td>{loadWithInterval(row) || 'unknown'}</td>
            <td class={`tone ${said(row).tone}`}>
              <span aria-hidden="true">{said(row).glyph}</span> {said(row).word}
            </td>
            <td>{row.chance == null ? '' : `${Math.round(row.chance * 100)} %`}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const Headroom = (props: PedalProps): JSX.Element => {
  const { device, model, state, engines, set, openBeside } = props;
  const { chip } = device.profile;
  const blocks = chip?.audio.allowedBlockFrames.value ?? [];
  const cluster = chip?.clusters.find(({ audioCores }) => audioCores.value > 0);
  const clock = cluster?.clockHz.value ?? 0;
  const { answer, fault } = useQuestion<{
    rows: readonly PredictRow[];
    skipped: Questions['predict']['answer']['skipped'];
  }>(
    async (signal) => {
      await openBeside();
      const rows: PredictRow[] = [];
      const { skipped } = await beside().ask(
        'predict',
        {
          models: [model.origin],
          devices: [device.id],
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
              <ul class="reasons">
                {first?.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
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

const Why = ({ device, model, state, openBeside }: PedalProps): JSX.Element => {
  const width = state.width ?? model.widths.at(-1)?.label ?? 'full';
  const { answer, fault } = useQuestion(
    async (signal) => {
      await openBeside();
      return beside().ask(
        'explain',
        {
          model: model.origin,
          device: device.id,
          width,
          engine: state.engine === 'all' ? 'auto' : state.engine,
          blockFrames: state.blockFrames,
          copies: 1,
        },
        { signal },
      );
    },
    [device.id, model.origin, width, state.engine, state.blockFrames],
  );
  if (fault !== null) return <p class="fault">{fault}</p>;
  if (answer === null) return <p>Working it out …</p>;
  return (
    <>
      <p>
        {width} with {answer.row.engine} on {answer.row.core}:{' '}
        {answer.row.load === null ? '' : `${percent(answer.row.load.expected)} of a core. `}
        {answer.row.reasons[0]}
      </p>
      <Icicle root={answer.explanation.tree} />
    </>
  );
};

const Play = ({ device, model, state, openBeside, hear }: PedalProps): JSX.Element => {
  const width = state.width ?? model.widths.at(-1)?.label ?? 'full';
  const [played, setPlayed] = useState<Played | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  useEffect(() => setPlayed(null), [device.id, model.origin, width, state.blockFrames]);
  const start = async (): Promise<void> => {
    if (progress !== null) return;
    setFault(null);
    setProgress(0);
    try {
      await openBeside();
      const scenario = {
        device: device.id,
        slots: [{ name: 'amp', model: model.origin, width }],
        audio: { signal: 'plucks' },
        durationSeconds: 10,
        ...(state.blockFrames === null ? {} : { blockFrames: state.blockFrames }),
      };
      setPlayed(
        await beside().ask(
          'play',
          { scenario, name: device.id, withSound: true },
          { onPart: setProgress },
        ),
      );
    } catch (error) {
      setFault((error as Error).message);
    }
    setProgress(null);
  };
  const result = played?.result;
  return (
    <>
      <p>
        Ten seconds of a plucked guitar through {width} on the virtual {device.name}, with the
        interrupts, clocks and neighbours of the real one: every block against its deadline.
      </p>
      <p>
        <button
          type="button"
          class="primary"
          aria-disabled={progress !== null}
          onClick={() => void start()}
        >
          {progress === null ? 'Play' : `Playing ${Math.round(progress * 100)} %`}
        </button>{' '}
        {played?.sound != null && (
          <button
            type="button"
            onClick={() =>
              hear(played.sound ?? new Float32Array(0), `${width} on the ${device.name}`)
            }
          >
            Hear it as the pedal plays it
          </button>
        )}
      </p>
      {fault !== null && <p class="fault">{fault}</p>}
      {played !== null && result !== undefined && (
        <>
          <TimelineLater
            loads={played.loads}
            late={played.late}
            blockSeconds={result.blockFrames / result.sampleRateHz}
          />
          <dl class="facts">
            <div>
              <dt>Mean, 99th percentile, worst block</dt>
              <dd>
                {percent(result.load.mean)}, {percent(result.load.p99)}, {percent(result.load.max)}
              </dd>
            </div>
            <div>
              <dt>Late or lost blocks</dt>
              <dd>
                {result.xruns} of {result.blocks}
              </dd>
            </div>
            <div>
              <dt>Latency</dt>
              <dd>{(1000 * result.latencySeconds).toFixed(1)} ms</dd>
            </div>
            {result.worstBlock !== null && (
              <div>
                <dt>Worst block, at {result.worstBlock.atSeconds.toFixed(2)} s</dt>
                <dd>
                  {result.worstBlock.causes
                    .slice(0, 4)
                    .map(
                      ({ cause, cycles }) =>
                        `${cause} ${Math.round(cycles).toLocaleString('en')} cycles`,
                    )
                    .join(', ')}
                </dd>
              </div>
            )}
          </dl>
        </>
      )}
    </>
  );
};

const About = ({ device }: PedalProps): JSX.Element => {
  const facts = factsOf(device.profile, '');
  return (
    <>
      <p>
        {device.profile.chip === null
          ? 'The chip of this product is not published: what is known to run there decides.'
          : `${facts.length} figures, each with where it comes from.`}
      </p>
      {device.profile.evidence.length > 0 && (
        <ul class="reasons">
          {device.profile.evidence.map((one, i) => (
            <li key={String(i)}>
              {one.statement} {one.model ?? ''}{' '}
              {one.firmware === undefined ? '' : `(firmware ${one.firmware})`}: {one.source}
              {one.note === undefined ? '' : `. ${one.note}`}
            </li>
          ))}
        </ul>
      )}
      {facts.length > 0 && (
        <div class="scroll tall">
          <table class="plain-table">
            <thead>
              <tr>
                <th scope="col">Figure</th>
                <th scope="col">Value</th>
                <th scope="col">Kind</th>
                <th scope="col">Source</th>
              </tr>
            </thead>
            <tbody>
              {facts.map((fact) => (
                <tr key={fact.path}>
                  <th scope="row">{fact.path}</th>
                  <td>{fact.value}</td>
                  <td>{fact.kind}</td>
                  <td>
                    {fact.source}
                    {fact.note === '' ? '' : ` (${fact.note})`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
};

export const Pedal = (props: PedalProps): JSX.Element => {
  const { device, state, set } = props;
  const Shown = { headroom: Headroom, why: Why, play: Play, about: About }[state.tab];
  return (
    <section class="card" aria-labelledby="pedal-name" id="pedal">
      <header class="card-head">
        <h2 id="pedal-name">{device.name}</h2>
        <code>{device.id}</code>
        <button type="button" onClick={() => set({ device: null, width: null })}>
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
        <Shown {...props} />
      </div>
    </section>
  );
};
