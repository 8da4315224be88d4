/** sin(2 pi x) for x in turns, to about 1e-9, from a polynomial: library sines differ between hosts. */
export const sineOfTurns = (turns: number): number => {
  const x = turns - Math.floor(turns);
  const half = x >= 0.5 ? x - 0.5 : x;
  const a = (half > 0.25 ? 0.5 - half : half) * 2 * Math.PI;
  const s = a * a;
  const series =
    a *
    (1 -
      (s / 6) * (1 - (s / 20) * (1 - (s / 42) * (1 - (s / 72) * (1 - (s / 110) * (1 - s / 156))))));
  return x >= 0.5 ? -series : series;
};
