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
  const filled = Math.max(0, share) * cells;
  if (ascii) {
    // What is not nothing shows.
    const full = share > 0 ? Math.max(1, Math.round(filled)) : 0;
    return '#'.repeat(full) + '.'.repeat(cells - full);
  }
  let full = Math.floor(filled);
  let part = Math.round((filled - full) * 8);
  if (part === 8) {
    full += 1;
    part = 0;
  }
  if (full === 0 && part === 0 && share > 0) part = 1;
  const text = '█'.repeat(full) + (eighths[part] ?? '');
  return text + ' '.repeat(cells - full - (part > 0 ? 1 : 0));
};
