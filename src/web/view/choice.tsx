/** A label and a list to choose from. */
import type { JSX } from 'preact';

export interface ChoiceProps<T extends string> {
  readonly label: string;
  /** Only for those who hear the page. @default false */
  readonly hidden?: boolean;
  readonly value: T;
  /** Each with its words, or words that are the value. */
  readonly options: readonly (T | readonly [value: T, text: string])[];
  readonly choose: (value: T) => void;
}

export const Choice = <T extends string>(props: ChoiceProps<T>): JSX.Element => {
  const { label, hidden = false, value, options, choose } = props;
  const pairs = options.map((one) => (typeof one === 'string' ? ([one, one] as const) : one));
  return (
    <label>
      <span class={hidden ? 'hidden' : ''}>{label}</span>{' '}
      <select
        value={value}
        onChange={(e) => {
          const [chosen] = pairs.find(([one]) => one === e.currentTarget.value) ?? [];
          if (chosen !== undefined) choose(chosen);
        }}
      >
        {pairs.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
};
