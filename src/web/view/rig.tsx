/** A rig: slots on a line, on one pedal; its load and latency as they are changed; saved and opened as a scenario file. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { percent } from '../../report/text/number.ts';
import { pageDevices } from '../devices.ts';
import { saveFile } from '../save-file.ts';
import { shippedIds, store } from '../store.ts';
import { DroppedError } from '../worker/client.ts';
import type { ModelSummary, Played } from '../worker/protocol.ts';
import { TimelineLater } from './timeline-later.tsx';
import { useProfiles } from './use-question.ts';

const chains = ['serial', 'parallel', 'pipelined'] as const;

export interface Slot {
  readonly name: string;
  readonly model?: string;
  readonly width?: string;
  readonly ir?: { readonly taps: number };
  readonly cyclesPerSample?: number;
}

export interface Rig {
  readonly device: string;
  readonly chain: (typeof chains)[number];
  readonly slots: readonly Slot[];
}

export interface RigProps {
  readonly models: readonly ModelSummary[];
  /** The pedal to begin with. */
  readonly device: string;
}

const isRig = (value: unknown): value is Rig & Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  'device' in value &&
  'slots' in value &&
  Array.isArray(value.slots);

const modelName = (origin: string): string => origin.replace(/^models\/(.*)\.nam$/, '$1');

const scenarioOf = (rig: Rig): Record<string, unknown> => ({
  device: rig.device,
  ...(rig.chain === 'serial' ? {} : { chain: rig.chain }),
  slots: rig.slots,
  audio: { signal: 'plucks' },
  durationSeconds: 10,
});

export const RigView = ({ models, device }: RigProps): JSX.Element => {
  const [first] = models;
  const [rig, setRig] = useState<Rig>({
    device,
    chain: 'serial',
    slots: [
      {
        name: 'amp',
        model: modelName(first?.origin ?? 'a2'),
        width: first?.widths[0]?.label ?? 'full',
      },
      { name: 'cabinet', ir: { taps: 2048 } },
    ],
  });
  const [document, setDocument] = useState<Record<string, unknown> | null>(null);
  const [played, setPlayed] = useState<Played | null>(null);
  const [progress, setProgress] = useState<number | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const silent = new Set(useProfiles().flatMap(({ id, chip }) => (chip === null ? [id] : [])));
  const withChip = pageDevices.filter(({ id }) => !silent.has(id));
  const scenario = document ?? scenarioOf(rig);
  useEffect(() => {
    const current = new AbortController();
    const play = async (): Promise<void> => {
      const beside = await store.beside(rig.slots.flatMap(({ model }) => model ?? []));
      const answer = await beside.ask(
        'play',
        { scenario, withSound: false },
        { signal: current.signal, onPart: setProgress },
      );
      setPlayed(answer);
      setFault(null);
      setProgress(null);
    };
    const soon = setTimeout(() => {
      play().catch((error: Error) => {
        if (error instanceof DroppedError) return;
        setFault(error.message);
        setProgress(null);
      });
    }, 250);
    return () => {
      clearTimeout(soon);
      current.abort();
    };
  }, [JSON.stringify(scenario)]);

  const change = (part: Partial<Rig>): void => {
    setDocument(null);
    setRig({ ...rig, ...part });
  };
  const changeSlot = (at: number, slot: Slot | null): void =>
    change({
      slots: rig.slots.flatMap((old, i) => (i !== at ? [old] : slot === null ? [] : [slot])),
    });
  const open = async (file: File): Promise<void> => {
    try {
      const value: unknown = JSON.parse(await file.text());
      if (!isRig(value)) throw new Error('expected a scenario with a device and slots.');
      setRig({ device: value.device, chain: value.chain ?? 'serial', slots: value.slots });
      setDocument(value);
    } catch (error) {
      setFault(`${file.name}: ${(error as Error).message} The rig is as it was.`);
    }
  };
  const result = played?.result;
  return (
    <section class="card" aria-labelledby="rig-title" id="rig">
      <h2 id="rig-title">A rig</h2>
      <div class="controls">
        <label>
          Pedal{' '}
          <select value={rig.device} onChange={(e) => change({ device: e.currentTarget.value })}>
            {withChip.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>
          Order{' '}
          <select
            value={rig.chain}
            onChange={(e) =>
              change({ chain: chains.find((one) => one === e.currentTarget.value) ?? 'serial' })
            }
          >
            {chains.map((chain) => (
              <option key={chain}>{chain}</option>
            ))}
          </select>
        </label>
        <button
          type="button"
          onClick={() =>
            change({
              slots: [
                ...rig.slots,
                {
                  name: `amp ${rig.slots.length + 1}`,
                  model: modelName(first?.origin ?? 'a2'),
                  width: first?.widths[0]?.label ?? 'full',
                },
              ],
            })
          }
        >
          Add a model
        </button>
        <button
          type="button"
          onClick={() =>
            change({
              slots: [...rig.slots, { name: `ir ${rig.slots.length + 1}`, ir: { taps: 2048 } }],
            })
          }
        >
          Add an impulse response
        </button>
        <button
          type="button"
          onClick={() =>
            change({
              slots: [
                ...rig.slots,
                { name: `effects ${rig.slots.length + 1}`, cyclesPerSample: 500 },
              ],
            })
          }
        >
          Add a fixed cost
        </button>
      </div>
      <ol class="slots">
        {rig.slots.map((slot, i) => (
          <li key={`${i} ${slot.name}`}>
            <strong>{slot.name}</strong>
            {slot.model !== undefined && (
              <>
                <label>
                  <span class="hidden">Model of {slot.name}</span>
                  <select
                    value={slot.model}
                    onChange={(e) =>
                      changeSlot(i, {
                        name: slot.name,
                        model: e.currentTarget.value,
                        width: 'full',
                      })
                    }
                  >
                    {[
                      ...new Set([...models.map(({ origin }) => modelName(origin)), ...shippedIds]),
                    ].map((id) => (
                      <option key={id}>{id}</option>
                    ))}
                  </select>
                </label>
                <label>
                  <span class="hidden">Width of {slot.name}</span>
                  <input
                    size={6}
                    value={slot.width ?? 'full'}
                    onChange={(e) => changeSlot(i, { ...slot, width: e.currentTarget.value })}
                  />
                </label>
              </>
            )}
            {slot.ir !== undefined && (
              <label>
                taps{' '}
                <input
                  type="number"
                  min={1}
                  max={65536}
                  value={slot.ir.taps}
                  onChange={(e) =>
                    changeSlot(i, { name: slot.name, ir: { taps: Number(e.currentTarget.value) } })
                  }
                />
              </label>
            )}
            {slot.cyclesPerSample !== undefined && (
              <label>
                cycles a sample{' '}
                <input
                  type="number"
                  min={0}
                  value={slot.cyclesPerSample}
                  onChange={(e) =>
                    changeSlot(i, {
                      name: slot.name,
                      cyclesPerSample: Number(e.currentTarget.value),
                    })
                  }
                />
              </label>
            )}
            <button
              type="button"
              aria-label={`Remove ${slot.name}`}
              onClick={() => changeSlot(i, null)}
            >
              ×
            </button>
          </li>
        ))}
      </ol>
      {fault !== null && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {progress !== null && fault === null && <p>Playing {Math.round(progress * 100)} %</p>}
      {result !== undefined && played !== null && fault === null && (
        <>
          <p class="answer-small">
            {result.xruns === 0
              ? 'No block comes late'
              : `${result.xruns} of ${result.blocks} blocks come late`}
            : {percent(result.load.mean)} on average, {percent(result.load.max)} at worst,{' '}
            {(1000 * result.latencySeconds).toFixed(1)} ms from in to out.
          </p>
          <TimelineLater
            loads={played.loads}
            late={played.late}
            blockSeconds={result.blockFrames / result.sampleRateHz}
          />
          <p class="soft">
            digest <code id="digest">{result.digest}</code>: the command finds the same for the
            saved file.
          </p>
        </>
      )}
      <div class="controls">
        <button
          type="button"
          onClick={() =>
            saveFile('rig.json', JSON.stringify(scenario, null, 2), 'application/json')
          }
        >
          Save as a scenario
        </button>
        <label class="file">
          Open a scenario{' '}
          <input
            type="file"
            accept=".json"
            onChange={(e) => {
              const file = e.currentTarget.files?.[0];
              if (file !== undefined) void open(file);
            }}
          />
        </label>
      </div>
    </section>
  );
};
