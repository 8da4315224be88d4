/** A bar of text: eighths of a cell where the terminal can draw them. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** The same with a shade from the share to `high`, where nine of ten such predictions still lie. */
export const rangeBar = (share: number, high: number, cells: number, ascii: boolean): string => {
  const drawn = bar(share, cells, ascii);
  const filled = drawn.replace(/[ .]+$/, '').length;
  const shaded = Math.min(cells, Math.ceil(high * cells)) - filled;
  if (shaded <= 0) return drawn;
  return drawn.slice(0, filled) + (ascii ? '-' : '░').repeat(shaded) + drawn.slice(filled + shaded);
};

/** `share` of `cells`, always exactly `cells` wide; what is over full is marked at the end. */
export const bar = (share: number, cells: number, ascii: boolean): string => {
  if (cells <= 0) return '';
  if (share > 1) return (ascii ? '#' : '█').repeat(cells - 1) + (ascii ? '>' : '▶');
  // What is not nothing shows.
  const drawn = (steps: number): number =>
    share > 0 ? Math.max(1, Math.round(share * cells * steps)) : 0;
  if (ascii) return '#'.repeat(drawn(1)).padEnd(cells, '.');
  const [full, part] = [Math.floor(drawn(8) / 8), drawn(8) % 8];
  return ('█'.repeat(full) + (eighths[part] ?? '')).padEnd(cells);
};
