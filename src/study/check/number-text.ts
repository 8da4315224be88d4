/** Numbers in the messages of `check` and of the matchers. The same in every locale. */

/** Six significant digits, no exponent for the sizes that occur. */
export const numberText = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const digits = Math.abs(value) >= 1e6 ? 0 : 6 - Math.ceil(Math.log10(Math.abs(value) + 1));
  return String(Number(value.toFixed(Math.max(0, digits))));
};

export const signed = (value: number): string => `${value > 0 ? '+' : ''}${numberText(value)}`;
