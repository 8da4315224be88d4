/** A rig: slots on a line, on one pedal; its load and latency as they are changed; saved and opened as a scenario file. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { RunResult } from '../../study/simulate/run-result.ts';
import { percent } from '../../units/number-text.ts';
import { pageDevices } from '../devices.ts';
import {
  added,
  chains,
  firstRig,
  modelName,
  movedLeft,
  type Rig,
  rigOf,
  type Slot,
} from '../rig-document.ts';
import { saveFile } from '../save-file.ts';
import { shippedIds, store } from '../store.ts';
import { DroppedError } from '../worker/client.ts';
import type { ModelSummary, Played } from '../worker/protocol.ts';
import { Choice } from './choice.tsx';
import { FileButton } from './file-button.tsx';
import { Outcome } from './outcome.tsx';
import { SlotView } from './slot.tsx';
import { TimelineLater } from './timeline-later.tsx';
import { useProfiles } from './use-question.ts';

export interface RigProps {
  readonly models: readonly ModelSummary[];
  /** The pedal to begin with. */
  readonly device: string;
  /** As the address has it; null where none was built. */
  readonly rig: string | null;
  readonly set: (rig: string) => void;
}

interface Run {
  readonly played: Played | null;
  readonly progress: number | null;
  readonly fault: string | null;
}

/** The run of a rig, anew a moment after it was changed. */
const useRun = (rig: Rig): Run => {
  const [run, setRun] = useState<Run>({ played: null, progress: null, fault: null });
  useEffect(() => {
    const current = new AbortController();
    const { signal } = current;
    const set = (change: Partial<Run>): void => setRun((old) => ({ ...old, ...change }));
    const play = async (): Promise<void> => {
      const names = rig.slots.flatMap(({ model }) => model ?? []);
      const beside = await store.beside(names);
      const ask = { scenario: rig, sound: null };
      const onPart = (progress: number): void => set({ progress });
      set({
        played: await beside.ask('play', ask, { signal, onPart }),
        progress: null,
        fault: null,
      });
    };
    const soon = setTimeout(() => {
      play().catch((error: Error) => {
        if (!(error instanceof DroppedError)) set({ fault: error.message, progress: null });
      });
    }, 250);
    return () => {
      clearTimeout(soon);
      current.abort();
    };
  }, [JSON.stringify(rig)]);
  return run;
};

/** Of one block's time, each slot's share. */
const SlotLoads = ({ result }: { readonly result: RunResult }): JSX.Element => {
  const { clockHz, blockFrames, sampleRateHz, slots } = result;
  const share = (cycles: number): string =>
    percent((cycles * sampleRateHz) / clockHz / blockFrames);
  return (
    <table class="slot-loads">
      <thead>
        <tr>
          <th scope="col">Slot</th>
          <th scope="col">What</th>
          <th scope="col">Mean</th>
          <th scope="col">Worst</th>
          <th scope="col">Core</th>
        </tr>
      </thead>
      <tbody>
        {slots.map(({ name, what, simulated, cores }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{what}</td>
            <td>{share(simulated.meanCyclesPerBlock)}</td>
            <td>{share(simulated.maxCyclesPerBlock)}</td>
            <td>{cores.join(', ')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
};

const PlayedRig = ({ played, progress, fault }: Run): JSX.Element => {
  if (fault !== null) {
    return (
      <p class="fault" role="alert">
        {fault}
      </p>
    );
  }
  const result = played?.result;
  return (
    <>
      {progress !== null && <p class="soft">Playing {Math.round(progress * 100)} %</p>}
      {result !== undefined && played !== null && (
        <>
          <Outcome result={result} />
          <TimelineLater
            loads={played.loads}
            late={played.late}
            blockSeconds={result.blockFrames / result.sampleRateHz}
          />
          <SlotLoads result={result} />
          <p class="soft small">
            digest <code id="digest">{result.digest}</code>: the command finds the same for the
            saved file.
          </p>
        </>
      )}
    </>
  );
};

const Slots = ({ rig, models, change }: EditorProps): JSX.Element => {
  const names = [...new Set([...models.map(({ origin }) => modelName(origin)), ...shippedIds])];
  const { slots } = rig;
  const put = (other: readonly Slot[]): void => change({ ...rig, slots: other });
  return (
    <ol class={`slots ${rig.chain ?? 'serial'}`}>
      {slots.map((slot, i) => (
        <SlotView
          key={`${i} ${slot.name}`}
          slot={slot}
          models={names}
          widths={store.widthsOf(slot.model)}
          branches={rig.chain === 'parallel'}
          isFirst={i === 0}
          change={(other) => put(slots.map((old, k) => (k === i ? other : old)))}
          remove={() => put(slots.filter((_, k) => k !== i))}
          moveLeft={() => put(movedLeft(slots, i))}
        />
      ))}
    </ol>
  );
};

interface EditorProps {
  readonly rig: Rig;
  readonly models: readonly ModelSummary[];
  /** To another rig. */
  readonly change: (rig: Rig) => void;
}

/** Of those that the pedal takes. */
const Block = ({ rig, change }: Pick<EditorProps, 'rig' | 'change'>): JSX.Element => {
  const audio = useProfiles().find(({ id }) => id === rig.device)?.chip?.audio;
  const { blockFrames: _, ...rest } = rig;
  return (
    <Choice
      label="Block"
      value={String(rig.blockFrames ?? '')}
      options={[
        ['', `the pedal's own${audio === undefined ? '' : `, ${audio.blockFrames.value}`}`],
        ...(audio?.allowedBlockFrames.value ?? []).map(String),
      ]}
      choose={(frames) => change(frames === '' ? rest : { ...rig, blockFrames: Number(frames) })}
    />
  );
};

const chainWords: Readonly<Record<(typeof chains)[number], string>> = {
  serial: 'one after the other',
  parallel: 'side by side',
  pipelined: 'pipelined over cores',
};

const Editor = (props: EditorProps): JSX.Element => {
  const { rig, models, change } = props;
  const [first] = models;
  const silent = new Set(useProfiles().flatMap(({ id, chip }) => (chip === null ? [id] : [])));
  const pedals = pageDevices.filter(({ id }) => !silent.has(id));
  const model = {
    model: modelName(first?.origin ?? 'a2'),
    width: first?.widths[0]?.label ?? 'full',
  };
  const add = (kind: string, slot: Omit<Slot, 'name'>): void =>
    change({ ...rig, slots: added(rig, kind, slot) });
  return (
    <>
      <div class="controls">
        <Choice
          label="Pedal"
          value={rig.device}
          options={pedals.map(({ id, name }) => [id, name] as const)}
          choose={(device) => change({ ...rig, device })}
        />
        <Choice
          label="Order"
          value={rig.chain ?? 'serial'}
          options={chains.map((chain) => [chain, chainWords[chain]] as const)}
          choose={(chain) => change({ ...rig, chain })}
        />
        <Block rig={rig} change={change} />
        <div class="buttons">
          <button type="button" onClick={() => add('amp', model)}>
            Add a model
          </button>
          <button type="button" onClick={() => add('cabinet', { ir: { taps: 2048 } })}>
            Add an impulse response
          </button>
          <button type="button" onClick={() => add('effects', { cyclesPerSample: 500 })}>
            Add a fixed cost
          </button>
        </div>
      </div>
      <Slots {...props} />
    </>
  );
};

interface OpenedProps extends Omit<RigProps, 'device'> {
  readonly rig: string;
  readonly opener: JSX.Element;
}

const Opened = ({ models, rig, set, opener }: OpenedProps): JSX.Element => {
  const document = rigOf(rig);
  const run = useRun(document);
  return (
    <>
      <Editor rig={document} models={models} change={(other) => set(JSON.stringify(other))} />
      <PlayedRig {...run} />
      <div class="controls">
        <button
          type="button"
          onClick={() =>
            saveFile('rig.json', JSON.stringify(document, null, 2), 'application/json')
          }
        >
          Save as a scenario
        </button>
        {opener}
      </div>
    </>
  );
};

export const RigView = (props: RigProps): JSX.Element => {
  const { models, device, rig, set } = props;
  const [fault, setFault] = useState<string | null>(null);
  const [first] = models;
  const build = (): void => {
    const name = modelName(first?.origin ?? 'a2');
    set(JSON.stringify(firstRig(device, name, first?.widths[0]?.label ?? 'full')));
  };
  const open = async (file: File): Promise<void> => {
    try {
      const text = await file.text();
      rigOf(text);
      setFault(null);
      set(text);
    } catch (error) {
      setFault(`${file.name}: ${(error as Error).message} Nothing was changed.`);
    }
  };
  const opener = (
    <FileButton
      label="Open a scenario"
      accept=".json"
      open={([file]) => file !== undefined && void open(file)}
    />
  );
  return (
    <section class="card" aria-labelledby="rig-title" id="rig">
      <h2 id="rig-title">A rig</h2>
      {fault !== null && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
      {rig === null ? (
        <>
          <p>
            Several models, impulse responses and effects on one pedal, one after the other, side by
            side or pipelined.
          </p>
          <div class="controls">
            <button type="button" onClick={build}>
              Build a rig
            </button>
            {opener}
          </div>
        </>
      ) : (
        <Opened {...props} rig={rig} opener={opener} />
      )}
    </section>
  );
};
