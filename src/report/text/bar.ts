/** A bar of text: eighths of a cell where the terminal can draw them. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

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
