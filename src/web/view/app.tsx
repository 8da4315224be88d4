/** The page: a model, the answer in a sentence, the heat map, and what can be asked from there. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type PageDevice, pageDevices } from '../devices.ts';
import { engineIds } from '../engine-ids.ts';
import { spokenOf } from '../passes.ts';
import { sentenceOf } from '../sentence.ts';
import { addressOf, commandOf, copiesOf, type PageState, stateOf } from '../state.ts';
import { type Known, shippedIds, store } from '../store.ts';
import { type Twin, twinOf } from '../twin.ts';
import { Answer } from './answer.tsx';
import { Filters } from './filters.tsx';
import { later } from './later.tsx';
import { Matrix } from './matrix.tsx';
import { ModelBar } from './model-bar.tsx';
import { Share } from './share.tsx';

const card = (id: string): JSX.Element => <section class="card" id={id} />;
// The first view does without these.
const Pedal = later(async () => (await import('./pedal.tsx')).Pedal, card('pedal'));
const Hear = later(async () => (await import('./hear.tsx')).Hear, card('hear'));
const Rig = later(async () => (await import('./rig.tsx')).RigView, card('rig'));

/** The state, kept in the address. */
const useAddress = (): readonly [PageState, (change: Partial<PageState>) => void] => {
  const [state, setState] = useState<PageState>(() => stateOf(location.hash, shippedIds));
  useEffect(() => {
    const words = addressOf(state);
    const plain = location.pathname + location.search;
    history.replaceState(null, '', words === '' ? plain : `#${words}`);
  }, [state]);
  useEffect(() => {
    // Another address of this page was put in the bar.
    const follow = (): void => setState(stateOf(location.hash, shippedIds));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return [state, (change) => setState((old) => ({ ...old, ...change }))];
};

const listed = (known: Known, { kinds, search }: PageState): readonly PageDevice[] => {
  const engines = new Map(known.rows.map(({ device, engine }) => [device, engine ?? '']));
  const wanted = search.toLowerCase();
  return pageDevices.filter(
    ({ kind, name, id }) =>
      kinds.includes(kind) &&
      `${name} ${id} ${engines.get(id) ?? ''}`.toLowerCase().includes(wanted),
  );
};

const answered = ({ rows, spoken }: Known, state: PageState): string => {
  if (!spoken) return '';
  const first = spokenOf(pageDevices.filter(({ kind }) => state.kinds.includes(kind)));
  const ids = new Set(first.map(({ id }) => id));
  const what = first.every(({ kind }) => kind === 'product') ? 'pedals' : 'devices';
  return sentenceOf(
    rows.filter(({ device }) => ids.has(device)),
    copiesOf(state),
    what,
  );
};

/** Into view, and the keyboard with it. */
const toCard = (id: string): void =>
  void setTimeout(() => {
    const card = document.getElementById(id);
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    card?.scrollIntoView({ behavior: isStill ? 'auto' : 'smooth' });
    card?.querySelector('button')?.focus({ preventScroll: true });
  }, 50);

interface NextProps {
  readonly ready: boolean;
  readonly hear: () => void;
}

/** What stands further down, at hand. */
const Next = ({ ready, hear }: NextProps): JSX.Element => {
  const button = (text: string, press: () => void, kind = ''): JSX.Element => (
    <button type="button" class={kind} aria-disabled={!ready} onClick={() => ready && press()}>
      {text}
    </button>
  );
  return (
    <nav class="buttons" aria-label="What to do with it">
      {button('Hear it', hear, 'primary')}
      {button('Put it in a rig', () => toCard('rig'))}
      {button('Share it', () => toCard('share'))}
    </nav>
  );
};

export const App = (): JSX.Element => {
  const [state, set] = useAddress();
  const [known, setKnown] = useState<Known>(store.known);
  /** What of a pedal was asked to be heard, and a sound that was dropped. */
  const [twin, setTwin] = useState<Twin | null>(null);
  const [file, setFile] = useState<File | null>(null);
  const [asked, setAsked] = useState(0);
  /** A pedal was chosen here, and not by the address. */
  const [chosen, setChosen] = useState(false);
  /** The first answer stands: what comes after it may be loaded. */
  const [ready, setReady] = useState(false);
  useEffect(() => store.listen(setKnown), []);
  useEffect(() => setReady(ready || known.spoken), [known.spoken]);
  useEffect(() => {
    if (state.model === null) return;
    store.openShipped(state.model).catch((error: Error) => store.say(error.message));
  }, [state.model]);
  useEffect(
    () => void store.predict(state),
    [state.kinds.join(), state.blockFrames, state.engine, state.copies, known.shown],
  );
  const { shown: model, rows } = known;
  const widths = useMemo(() => model?.widths.map(({ label }) => label) ?? [], [model]);
  const sentence = useMemo(() => answered(known, state), [rows, known.spoken, state.kinds]);
  const selected = pageDevices.find(({ id }) => id === state.device);
  const command = commandOf(state, model?.id ?? 'my');
  return (
    <div class="page">
      <a class="skip" href="#answer">
        Skip to the answer
      </a>
      <header class="top">
        <h1>Pedalbench</h1>
        <p>Will this NAM run on that pedal, at which width, next to what else?</p>
      </header>
      <main>
        <ModelBar
          known={known}
          shipped={state.model}
          set={set}
          hear={(dropped) => {
            setFile(dropped);
            toCard('hear');
          }}
          openRig={(rig) => {
            set({ rig });
            toCard('rig');
          }}
        />
        <Answer known={known} sentence={sentence} />
        <Next
          ready={ready && model !== null}
          hear={() => {
            setAsked(asked + 1);
            toCard('hear');
          }}
        />
        <div class="work">
          <section aria-label="The table">
            <Filters state={state} set={set} />
            <p class="legend-line">
              <span class="tone good">● fits</span>{' '}
              <span class="tone likely">◐ fits, not surely</span>{' '}
              <span class="tone near">▲ tight</span> <span class="tone bad">✕ over</span>{' '}
              <span class="tone muted">? unknown</span> The number is the load of one audio core;
              the bar under it holds the truth in nine of ten predictions, its mark is 100 %.
            </p>
            <div class={selected === undefined ? 'layout' : 'layout open'}>
              <Matrix
                devices={listed(known, state)}
                widths={widths}
                copies={copiesOf(state)}
                working={known.working || !known.spoken}
                rows={rows}
                only={state.only}
                sort={state.sort}
                selected={state.device}
                select={(device, width) => {
                  setChosen(true);
                  set({ device, width });
                }}
              />
              {selected !== undefined && model !== null && (
                <Pedal
                  device={selected}
                  model={model}
                  state={state}
                  engines={engineIds}
                  chosen={chosen}
                  set={set}
                  hear={(asked) => {
                    setTwin({ ...asked });
                    toCard('hear');
                  }}
                />
              )}
            </div>
          </section>
          {ready && model !== null && (
            <div class="more">
              <Hear
                model={model}
                rows={rows}
                pedal={selected === undefined ? null : twinOf(state, selected, model)}
                twin={twin}
                file={file}
                asked={asked}
              />
              <Rig
                models={known.models}
                device={selected?.id ?? 'mod-dwarf'}
                rig={state.rig}
                set={(rig) => set({ rig })}
              />
              <Share
                model={model.id}
                shipped={state.model !== null}
                rows={rows}
                device={state.device}
                command={command}
              />
            </div>
          )}
        </div>
      </main>
      <footer>
        <p>
          Everything is worked out in this browser: no file leaves it, and after loading the page
          asks no network for anything. The command gives the same numbers: <code>{command}</code>
        </p>
      </footer>
    </div>
  );
};
