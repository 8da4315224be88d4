/** A rig: slots on a line, on one pedal; its load and latency as they are changed; saved and opened as a scenario file. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { percent } from '../../units/number-text.ts';
import { pageDevices } from '../devices.ts';
import { added, chains, firstRig, modelName, movedLeft, type Rig, rigOf } from '../rig-document.ts';
import { saveFile } from '../save-file.ts';
import { shippedIds, store } from '../store.ts';
import { DroppedError } from '../worker/client.ts';
import type { ModelSummary, Played } from '../worker/protocol.ts';
import { Choice } from './choice.tsx';
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
      const ask = { scenario: rig, withSound: false };
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

const Outcome = ({ played, progress, fault }: Run): JSX.Element => {
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
      {progress !== null && <p>Playing {Math.round(progress * 100)} %</p>}
      {result !== undefined && played !== null && (
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
    </>
  );
};

const Slots = ({ rig, models, change }: EditorProps): JSX.Element => {
  const names = [...new Set([...models.map(({ origin }) => modelName(origin)), ...shippedIds])];
  const { slots } = rig;
  return (
    <ol class="slots">
      {slots.map((slot, i) => (
        <SlotView
          key={`${i} ${slot.name}`}
          slot={slot}
          models={names}
          widths={store.widthsOf(slot.model)}
          branches={rig.chain === 'parallel'}
          isFirst={i === 0}
          change={(other) => change({ slots: slots.map((old, k) => (k === i ? other : old)) })}
          remove={() => change({ slots: slots.filter((_, k) => k !== i) })}
          moveLeft={() => change({ slots: movedLeft(slots, i) })}
        />
      ))}
    </ol>
  );
};

interface EditorProps {
  readonly rig: Rig;
  readonly models: readonly ModelSummary[];
  readonly change: (part: Partial<Rig>) => void;
}

const Editor = (props: EditorProps): JSX.Element => {
  const { rig, models, change } = props;
  const [first] = models;
  const silent = new Set(useProfiles().flatMap(({ id, chip }) => (chip === null ? [id] : [])));
  const pedals = pageDevices.filter(({ id }) => !silent.has(id));
  const model = {
    model: modelName(first?.origin ?? 'a2'),
    width: first?.widths[0]?.label ?? 'full',
  };
  return (
    <>
      <div class="controls">
        <Choice
          label="Pedal"
          value={rig.device}
          options={pedals.map(({ id, name }) => [id, name] as const)}
          choose={(device) => change({ device })}
        />
        <Choice
          label="Order"
          value={rig.chain ?? 'serial'}
          options={chains}
          choose={(chain) => change({ chain })}
        />
        <div class="buttons">
          <button type="button" onClick={() => change({ slots: added(rig, 'amp', model) })}>
            Add a model
          </button>
          <button
            type="button"
            onClick={() => change({ slots: added(rig, 'ir', { ir: { taps: 2048 } }) })}
          >
            Add an impulse response
          </button>
          <button
            type="button"
            onClick={() => change({ slots: added(rig, 'effects', { cyclesPerSample: 500 }) })}
          >
            Add a fixed cost
          </button>
        </div>
      </div>
      <Slots {...props} />
    </>
  );
};

const OpenRig = ({ models, rig, set }: RigProps & { readonly rig: string }): JSX.Element => {
  const [fault, setFault] = useState<string | null>(null);
  const document = rigOf(rig);
  const run = useRun(document);
  const open = async (file: File): Promise<void> => {
    try {
      const text = await file.text();
      rigOf(text);
      setFault(null);
      set(text);
    } catch (error) {
      setFault(`${file.name}: ${(error as Error).message} The rig is as it was.`);
    }
  };
  return (
    <>
      <Editor
        rig={document}
        models={models}
        change={(part) => set(JSON.stringify({ ...document, ...part }))}
      />
      <Outcome {...run} fault={fault ?? run.fault} />
      <div class="controls">
        <button
          type="button"
          onClick={() =>
            saveFile('rig.json', JSON.stringify(document, null, 2), 'application/json')
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
    </>
  );
};

export const RigView = (props: RigProps): JSX.Element => {
  const { models, device, rig, set } = props;
  const [first] = models;
  const build = (): void => {
    const name = modelName(first?.origin ?? 'a2');
    set(JSON.stringify(firstRig(device, name, first?.widths[0]?.label ?? 'full')));
  };
  return (
    <section class="card" aria-labelledby="rig-title" id="rig">
      <h2 id="rig-title">A rig</h2>
      {rig === null ? (
        <>
          <p>
            Several models, impulse responses and effects on one pedal, one after the other, side by
            side or pipelined.
          </p>
          <button type="button" onClick={build}>
            Build a rig
          </button>
        </>
      ) : (
        <OpenRig {...props} rig={rig} />
      )}
    </section>
  );
};
