/** The few things that every chart is made of: escaped text, elements, colours that work in light and dark. */

export const escapeXml = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

export type Attributes = Readonly<Record<string, string | number>>;

/** Coordinates keep two decimals: enough for a screen and a printer, and short. */
const attributeText = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 100) / 100) : escapeXml(value);

export const element = (name: string, attributes: Attributes, ...children: string[]): string => {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${attributeText(value)}"`)
    .join('');
  return children.length === 0
    ? `<${name}${list}/>`
    : `<${name}${list}>${children.join('')}</${name}>`;
};

/** Generous: what a character takes of its font's size, on average, in the widest of the usual fonts. */
const characterShare = 0.61;

/** Pixels that a text takes at most, nearly always. */
export const textWidth = (text: string, fontSize: number): number =>
  text.length * fontSize * characterShare;

/** The text, or its beginning with an ellipsis where it would be wider than this. The table has all of it. */
export const fitting = (text: string, fontSize: number, pixels: number): string => {
  if (textWidth(text, fontSize) <= pixels) return text;
  const room = Math.max(1, Math.floor(pixels / (fontSize * characterShare)) - 1);
  return `${text.slice(0, room).trimEnd()}…`;
};

/** Sizes of the two kinds of text; the style below says the same. */
export const fontSize = 14;
export const softFontSize = 12;

export const textAt = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escapeXml(text));

export const softText = (
  x: number,
  y: number,
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'middle',
  more: Attributes = {},
): string => textAt(x, y, text, { class: 'soft', 'text-anchor': anchor, ...more });

/** A mark that says what it means where it is pointed at. */
export const marked = (name: string, attributes: Attributes, title: string): string =>
  element(name, attributes, element('title', {}, escapeXml(title)));

export const lineOf = (
  kind: 'grid' | 'limit' | 'span',
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  more: Attributes = {},
): string => element('line', { class: kind, x1, x2, y1, y2, ...more });

/** An interval, drawn as a thin line on a mark. */
export interface Span {
  readonly low: number;
  readonly high: number;
  readonly lowText: string;
  readonly highText: string;
}

export const spanLine = (
  { lowText, highText }: Span,
  from: readonly [number, number],
  to: readonly [number, number],
): string => lineOf('span', from, to, { 'data-low': lowText, 'data-high': highText });

/**
 * What a mark means. The colours are those of Okabe and Ito, which most colour-blind people can tell
 * apart; every mark also carries its word, so that no meaning rests on colour alone.
 */
export type Tone = 'good' | 'near' | 'bad' | 'plain' | 'other' | 'muted';

export const chartStyle = `
.chart{--ink:#1b1b1b;--soft:#5c5c5c;--line:#d5d5d5;--paper:#fff;--good:#007a5a;--near:#b36b00;--bad:#c2410c;--plain:#0072b2;--other:#9a4f80;--muted:#8a8a8a;font:14px system-ui,sans-serif}
@media (prefers-color-scheme:dark){.chart{--ink:#ececec;--soft:#a9a9a9;--line:#444;--paper:#161616;--good:#3ecf9b;--near:#f0b429;--bad:#ff8a5b;--plain:#56b4e9;--other:#e39ac5;--muted:#8f8f8f}}
@media print{.chart{--ink:#000;--soft:#444;--line:#bbb;--paper:#fff;--good:#007a5a;--near:#b36b00;--bad:#c2410c;--plain:#0072b2;--other:#9a4f80;--muted:#777}}
.chart text{fill:var(--ink)}.chart .soft{fill:var(--soft);font-size:12px}.chart .cell{font-size:12px;pointer-events:none}.chart .title{font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:4px}
.chart .grid{stroke:var(--line);stroke-width:1}.chart .limit{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 3}
.chart .level{stroke:var(--soft);stroke-width:1;stroke-dasharray:1 3}.chart .span{stroke:var(--ink);stroke-width:1.5}.chart .band{fill:var(--plain);opacity:.13}.chart .curve{fill:none;stroke:var(--plain);stroke-width:1.5}
.chart .good{fill:var(--good)}.chart .near{fill:var(--near)}.chart .bad{fill:var(--bad)}.chart .plain{fill:var(--plain)}.chart .other{fill:var(--other)}.chart .muted{fill:var(--muted)}
`;

export interface ChartTable {
  readonly caption: string;
  readonly columns: readonly string[];
  /** Every number that the chart draws stands here, as the chart's `data-value` says it. */
  readonly rows: readonly (readonly string[])[];
}

/** A chart and the table behind it. */
export interface Chart extends ChartHead {
  readonly svg: string;
  /** In the place of the picture, where a page can do more. */
  readonly html?: string;
  readonly table: ChartTable;
  /** As wide as its text needs, with a scroll bar where a screen is narrower. @default false */
  readonly wide?: boolean;
}

/** What every chart says of itself. */
export interface ChartHead {
  readonly id: string;
  readonly title: string;
  readonly note: string;
}

export type Cells = Omit<ChartTable, 'caption'>;

/** The picture, self-contained: its style travels with it. And the numbers behind it. */
export const figureOf = (
  { id, title, note }: ChartHead,
  { width, height }: { readonly width: number; readonly height: number },
  children: readonly string[],
  cells: Cells,
): Chart => {
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'chart',
    viewBox: `0 0 ${Math.round(width)} ${Math.round(height)}`,
    role: 'img',
    'aria-label': title,
  };
  const head = [element('title', {}, escapeXml(title)), element('desc', {}, escapeXml(note))];
  const style = `<style>${chartStyle}</style>`;
  const svg = element('svg', attributes, ...head, style, ...children);
  return { id, title, note, svg, table: { caption: title, ...cells } };
};
