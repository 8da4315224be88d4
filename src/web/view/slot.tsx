/** One slot of a rig: a model at a width, an impulse response, or a fixed cost. */
import type { JSX } from 'preact';
import type { Slot } from '../rig-document.ts';
import { Choice } from './choice.tsx';

export interface SlotProps {
  readonly slot: Slot;
  readonly models: readonly string[];
  /** Of the slot's model; none while it is not known. */
  readonly widths: readonly string[];
  readonly branches: boolean;
  readonly isFirst: boolean;
  readonly change: (slot: Slot) => void;
  readonly remove: () => void;
  readonly moveLeft: () => void;
}

const Count = (props: {
  readonly label: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly change: (value: number) => void;
}): JSX.Element => (
  <label>
    {props.label}{' '}
    <input
      type="number"
      min={props.least}
      max={props.most}
      value={props.value}
      onChange={(e) => props.change(Number(e.currentTarget.value))}
    />
  </label>
);

const withOwn = (own: string, others: readonly string[]): readonly string[] =>
  others.includes(own) ? others : [own, ...others];

const Model = ({ slot, models, widths, change }: SlotProps): JSX.Element => {
  const { name, model = '', width = 'full' } = slot;
  return (
    <>
      <Choice
        label={`Model of ${name}`}
        hidden={true}
        value={model}
        options={withOwn(model, models)}
        choose={(other) => change({ ...slot, model: other, width: 'full' })}
      />
      <Choice
        label={`Width of ${name}`}
        hidden={true}
        value={width}
        options={withOwn(width, widths)}
        choose={(other) => change({ ...slot, width: other })}
      />
    </>
  );
};

export const SlotView = (props: SlotProps): JSX.Element => {
  const { slot, branches, isFirst, change, remove, moveLeft } = props;
  const { name, model, ir, cyclesPerSample, branch = '' } = slot;
  return (
    <li>
      <strong>{name}</strong>
      {model !== undefined && <Model {...props} />}
      {ir?.taps !== undefined && (
        <Count
          label="taps"
          value={ir.taps}
          least={1}
          most={65_536}
          change={(taps) => change({ ...slot, ir: { ...ir, taps } })}
        />
      )}
      {cyclesPerSample !== undefined && (
        <Count
          label="cycles a sample"
          value={cyclesPerSample}
          least={0}
          most={1e6}
          change={(cycles) => change({ ...slot, cyclesPerSample: cycles })}
        />
      )}
      {branches && (
        <label>
          branch{' '}
          <input
            size={9}
            placeholder="of its own"
            title="Slots of one branch follow each other; branches run side by side."
            value={branch}
            onChange={({ currentTarget: { value } }) => {
              const { branch: _, ...rest } = slot;
              change(value === '' ? rest : { ...slot, branch: value });
            }}
          />
        </label>
      )}
      <span class="slot-buttons">
        {!isFirst && (
          <button type="button" aria-label={`Move ${name} to the left`} onClick={moveLeft}>
            ‹
          </button>
        )}
        <button type="button" aria-label={`Remove ${name}`} onClick={remove}>
          ×
        </button>
      </span>
    </li>
  );
};
