/** What the table asks for, and what of it is shown. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { kindNames } from '../devices.ts';
import { engineIds } from '../engine-ids.ts';
import { deviceKinds, mostCopies, type PageState, sortOrders } from '../state.ts';
import { Choice } from './choice.tsx';

export interface FiltersProps {
  readonly state: PageState;
  readonly set: (change: Partial<PageState>) => void;
}

const blocks = [16, 32, 48, 64, 128, 256, 512];

/** A number that may be left to each pedal: '' for that. */
const numbers = (own: string, all: readonly number[]): (string | readonly [string, string])[] => [
  ['', own],
  ...all.map(String),
];

const Kinds = ({ state, set }: FiltersProps): JSX.Element => (
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
            // An empty table helps nobody: the last kind stays.
            else e.currentTarget.checked = true;
          }}
        />{' '}
        {kindNames[kind]}
      </label>
    ))}
  </fieldset>
);

const Settings = ({ state, set }: FiltersProps): JSX.Element => (
  <>
    <Choice
      label="Show"
      value={state.only}
      options={['all', ['fits', 'what fits'], ['sure', 'what fits surely']]}
      choose={(only) => set({ only })}
    />
    <Choice
      label="Sort by"
      value={state.sort}
      options={sortOrders}
      choose={(sort) => set({ sort })}
    />
    <Choice
      label="Block"
      value={String(state.blockFrames ?? '')}
      options={numbers("each pedal's own", blocks)}
      choose={(frames) => set({ blockFrames: Number(frames) || null })}
    />
    <Choice
      label="Engine"
      value={state.engine === 'all' ? 'auto' : state.engine}
      options={[['auto', 'what each pedal ships'], ...engineIds]}
      choose={(engine) => set({ engine })}
    />
    <Choice
      label="Copies"
      value={String(state.copies ?? '')}
      options={numbers(
        'once and twice',
        Array.from({ length: mostCopies }, (_, i) => i + 1),
      )}
      choose={(copies) => set({ copies: Number(copies) || null })}
    />
  </>
);

export const Filters = ({ state, set }: FiltersProps): JSX.Element => {
  // On a phone the table comes first.
  const [open, setOpen] = useState(() => matchMedia('(min-width: 40rem)').matches);
  return (
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
      <Kinds state={state} set={set} />
      <button
        type="button"
        class={open ? 'narrow-only' : ''}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {open ? 'Fewer settings' : 'More settings'}
      </button>
      {open && <Settings state={state} set={set} />}
    </div>
  );
};
