/** The page: a model, the answer in a sentence, the heat map, and what can be asked from there. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { answerOf } from '../../report/predict/verdict-text.ts';
import { kindNames, pageDevices } from '../devices.ts';
import { engineIds } from '../engine-ids.ts';
import { spokenOf } from '../passes.ts';
import {
  addressOf,
  commandOf,
  copiesOf,
  deviceKinds,
  mostCopies,
  type PageState,
  sortOrders,
  stateOf,
} from '../state.ts';
import { type Known, shippedIds, store } from '../store.ts';
import { isSure } from '../verdict.ts';
import { later } from './later.tsx';
import { Matrix } from './matrix.tsx';
import { Share } from './share.tsx';

const card = (id: string): JSX.Element => <section class="card" id={id} />;
// The first view does without these.
const Pedal = later(async () => (await import('./pedal.tsx')).Pedal, card('pedal'));
const Hear = later(async () => (await import('./hear.tsx')).Hear, card('hear'));
const Rig = later(async () => (await import('./rig.tsx')).RigView, card('rig'));

export const App = (): JSX.Element => {
  const [state, setState] = useState<PageState>(() => stateOf(location.hash, shippedIds));
  const [known, setKnown] = useState<Known>(store.known);
  const [fromPedal, setFromPedal] = useState<{ sound: Float32Array; what: string } | null>(null);
  const [more, setMore] = useState({ hear: false, rig: false });
  const set = (change: Partial<PageState>): void => setState((old) => ({ ...old, ...change }));

  useEffect(() => store.listen(setKnown), []);
  useEffect(() => {
    const words = addressOf(state);
    history.replaceState(
      null,
      '',
      words === '' ? location.pathname + location.search : `#${words}`,
    );
  }, [state]);
  useEffect(() => {
    if (state.model === null) return;
    store.openShipped(state.model).catch((error: Error) => store.say(error.message));
  }, [state.model]);
  useEffect(
    () => void store.predict(state),
    [state.kinds.join(), state.blockFrames, state.engine, state.copies, known.shown],
  );

  const openFiles = async (files: readonly File[]): Promise<void> => {
    const read = await Promise.all(
      files.slice(0, 8).map(async (file) => ({ name: file.name, text: await file.text() })),
    );
    const opened = await store.openTexts(read);
    if (opened.length > 0) setState((old) => ({ ...old, model: null, width: null }));
  };

  // Anywhere on the page, so that no browser shows the file instead.
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      void openFiles([...(event.dataTransfer?.files ?? [])]);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, [state]);

  const { shown: model, rows } = known;
  const widths = useMemo(() => model?.widths.map(({ label }) => label) ?? [], [model]);
  const engineNames = new Map(rows.map(({ device, engine }) => [device, engine ?? '']));
  const devices = pageDevices.filter(
    ({ kind, name, id }) =>
      state.kinds.includes(kind) &&
      `${name} ${id} ${engineNames.get(id) ?? ''}`
        .toLowerCase()
        .includes(state.search.toLowerCase()),
  );
  const spoken = new Set(
    spokenOf(pageDevices.filter(({ kind }) => state.kinds.includes(kind))).map(({ id }) => id),
  );
  const sentence = known.spoken ? answerOf(rows.filter(({ device }) => spoken.has(device))) : '';
  const selected = pageDevices.find(({ id }) => id === state.device);
  const badgeRow =
    rows.find((row) => row.device === selected?.id && row.copies === 2 && row.verdict === 'fits') ??
    rows.find((row) => row.device === selected?.id && row.verdict === 'fits');
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
        <section class="drop" aria-label="The model">
          <label class="file primary-file">
            Drop .nam files here, or choose them
            <input
              type="file"
              multiple
              accept=".nam,application/json"
              onChange={(e) => void openFiles([...(e.currentTarget.files ?? [])])}
            />
          </label>
          <label>
            or a model that is here{' '}
            <select
              value={state.model ?? model?.origin}
              onChange={({ currentTarget: { value } }) => {
                const isOpen = known.models.some(({ origin }) => origin === value);
                if (isOpen) store.show(value);
                set({ model: isOpen ? null : value, width: null });
              }}
            >
              {state.model === null &&
                known.models.map(({ id, origin }) => (
                  <option key={origin} value={origin}>
                    {id}
                  </option>
                ))}
              {shippedIds.map((id) => (
                <option key={id}>{id}</option>
              ))}
            </select>
          </label>
          {known.models.length > 1 && (
            <span class="soft">{known.models.length} files are open: choose which is shown.</span>
          )}
        </section>
        {known.fault !== null && (
          <p class="fault" role="alert">
            {known.fault}
          </p>
        )}
        <section id="answer" aria-live="polite" aria-busy={known.working} tabIndex={-1}>
          <h2 class="model-name">
            {model?.metadata.name ?? model?.id ?? ''}{' '}
            <small>
              {model?.architecture} {model?.version}
              {model?.metadata.synthetic === true ? ', drawn weights' : ''}
            </small>
          </h2>
          <p class="answer">{sentence || 'Working it out …'}</p>
          {known.working && (
            <progress max={known.expected} value={known.rows.length} aria-label="Table" />
          )}
          {known.warnings.map((warning) => (
            <p key={warning} class="soft">
              {warning}
            </p>
          ))}
        </section>
        <section aria-label="The table">
          <div class="controls">
            <label>
              Search{' '}
              <input
                type="search"
                placeholder="pedal, maker, engine"
                value={state.search}
                onInput={(e) => set({ search: e.currentTarget.value })}
              />
            </label>
            <fieldset>
              <legend class="hidden">Kinds</legend>
              {deviceKinds.map((kind) => (
                <label key={kind}>
                  <input
                    type="checkbox"
                    checked={state.kinds.includes(kind)}
                    onChange={(e) => {
                      const kinds = deviceKinds.filter((one) =>
                        one === kind ? e.currentTarget.checked : state.kinds.includes(one),
                      );
                      if (kinds.length > 0) set({ kinds });
                    }}
                  />{' '}
                  {kindNames[kind]}
                </label>
              ))}
            </fieldset>
            <label>
              Show{' '}
              <select
                value={state.only}
                onChange={(e) =>
                  set({
                    only:
                      e.currentTarget.value === 'fits'
                        ? 'fits'
                        : e.currentTarget.value === 'sure'
                          ? 'sure'
                          : 'all',
                  })
                }
              >
                <option value="all">all</option>
                <option value="fits">where something fits</option>
                <option value="sure">where something fits surely</option>
              </select>
            </label>
            <label>
              Sort by{' '}
              <select
                value={state.sort}
                onChange={(e) =>
                  set({ sort: sortOrders.find((one) => one === e.currentTarget.value) ?? 'load' })
                }
              >
                {sortOrders.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </label>
            <label>
              Block{' '}
              <select
                value={state.blockFrames ?? ''}
                onChange={(e) =>
                  set({
                    blockFrames:
                      e.currentTarget.value === '' ? null : Number(e.currentTarget.value),
                  })
                }
              >
                <option value="">each pedal's own</option>
                {[16, 32, 48, 64, 128, 256, 512].map((frames) => (
                  <option key={frames}>{frames}</option>
                ))}
              </select>
            </label>
            <label>
              Engine{' '}
              <select
                value={state.engine === 'all' ? 'auto' : state.engine}
                onChange={(e) => set({ engine: e.currentTarget.value })}
              >
                <option value="auto">what each pedal ships</option>
                {engineIds.map((id) => (
                  <option key={id}>{id}</option>
                ))}
              </select>
            </label>
            <label>
              Copies{' '}
              <select
                value={state.copies ?? ''}
                onChange={(e) => set({ copies: Number(e.currentTarget.value) || null })}
              >
                <option value="">once and twice</option>
                {Array.from({ length: mostCopies }, (_, i) => (
                  <option key={String(i)}>{i + 1}</option>
                ))}
              </select>
            </label>
          </div>
          <p class="legend-line">
            <span class="tone good">● fits</span>{' '}
            <span class="tone likely">◐ fits, not surely</span>{' '}
            <span class="tone near">▲ tight</span> <span class="tone bad">✕ over</span>{' '}
            <span class="tone muted">? unknown</span> The number is the load of one audio core; the
            bar under it holds the truth in nine of ten predictions.
          </p>
          <div class={selected === undefined ? 'layout' : 'layout open'}>
            <Matrix
              devices={devices}
              widths={widths}
              copies={copiesOf(state)}
              working={known.working}
              rows={rows}
              only={state.only}
              sort={state.sort}
              selected={state.device}
              select={(device, width) => {
                set({ device, width });
                setTimeout(
                  () =>
                    document
                      .getElementById('pedal')
                      ?.scrollIntoView({ block: 'nearest', behavior: 'smooth' }),
                  50,
                );
              }}
            />
            {selected !== undefined && model !== null && (
              <Pedal
                device={selected}
                model={model}
                state={state}
                engines={engineIds}
                set={set}
                hear={(sound, what) => {
                  setFromPedal({ sound, what });
                  setMore({ ...more, hear: true });
                  setTimeout(
                    () => document.getElementById('hear')?.scrollIntoView({ behavior: 'smooth' }),
                    50,
                  );
                }}
              />
            )}
          </div>
        </section>
        {model !== null && (
          <>
            <Hear model={model} rows={rows} fromPedal={fromPedal} />
            {more.rig ? (
              <Rig models={known.models} device={selected?.id ?? 'mod-dwarf'} />
            ) : (
              <section class="card" id="rig" aria-labelledby="rig-closed">
                <h2 id="rig-closed">A rig</h2>
                <p>
                  Several models, impulse responses and effects on one pedal, one after the other,
                  side by side or pipelined.
                </p>
                <button type="button" onClick={() => setMore({ ...more, rig: true })}>
                  Build a rig
                </button>
              </section>
            )}
            <Share
              model={model.id}
              shipped={state.model !== null}
              rows={rows}
              command={commandOf(state, model.id)}
              badgeText={
                badgeRow === undefined
                  ? null
                  : [
                      `${badgeRow.copies === 2 ? 'runs twice' : 'runs'} on ${badgeRow.deviceName}`,
                      `${badgeRow.width.label}${isSure(badgeRow) ? '' : '?'}`,
                    ]
              }
            />
          </>
        )}
      </main>
      <footer>
        <p>
          Everything is worked out in this browser: no file leaves it, and after loading the page
          asks no network for anything. The command gives the same numbers:{' '}
          <code>{commandOf(state, model?.id ?? 'my')}</code>
        </p>
      </footer>
    </div>
  );
};
