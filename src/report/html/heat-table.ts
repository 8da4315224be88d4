/** A heat map as a table: names down, cells across, each with its words on a bar of what they mean. Whole without a script. */
import type { Chart, ChartHead, ChartTable, Tone } from '../chart/svg.ts';
import * as svg from '../chart/svg.ts';

export interface HeatLine {
  /** What stands in brackets goes first where a cell is narrow. */
  readonly text: string;
  readonly tone: Tone;
  /** Half as strong where it is not certain. */
  readonly sure: boolean;
  /** Length of the bar, and what the column is sorted by; null where nobody knows. */
  readonly share: number | null;
  /** What hovering and focus show. */
  readonly why: string;
  /** Where the page says more; '' where it says no more. */
  readonly id: string;
}

export interface HeatRow {
  readonly name: string;
  /** Below the name. */
  readonly detail: string;
  /** By column, one below the other. */
  readonly cells: readonly (readonly HeatLine[])[];
}

export interface HeatMap extends ChartHead {
  readonly columns: readonly string[];
  readonly groups: readonly { readonly title: string; readonly rows: readonly HeatRow[] }[];
  readonly table: ChartTable;
}

const lineHtml = ({ text, tone, sure, share, why, id }: HeatLine): string =>
  `<a${id === '' ? ' tabindex="0"' : ` href="#${id}"`} class="${tone}${sure ? '' : ' open'}" style="--w:${Math.round(Math.min(1, share ?? 0) * 100)}%" title="${svg.escapeXml(why)}">${svg.escapeXml(text).replace(/ \([^)]*\)/, '<i>$&</i>')}</a>`;

const cellHtml = (lines: readonly HeatLine[]): string =>
  `<td data-v="${lines[0]?.share?.toFixed(4) ?? '99'}">${lines.map(lineHtml).join('')}</td>`;

const rowHtml = ({ name, detail, cells }: HeatRow): string =>
  `<tr><th scope="row">${svg.escapeXml(name)}${detail === '' ? '' : `<small>${svg.escapeXml(detail)}</small>`}</th>${cells.map(cellHtml).join('')}</tr>`;

const [names, cell, lineHeight] = [170, 190, 17];

/** The same as a picture of its own. */
const heatSvg = ({ columns, groups, table, ...head }: HeatMap): string => {
  const marks: string[] = [];
  let y = 0;
  const told = (x: number, text: string, kind: string): void => {
    marks.push(svg.textAt(x + 5, y + 13, svg.fitting(text, 12, cell), { class: kind }));
  };
  const drawn = (x: number, { text, tone, share }: HeatLine, i: number): void => {
    const box = { class: tone, x, y: y + i * lineHeight, height: lineHeight - 1 };
    const drawBar = (width: number, opacity: number): number =>
      marks.push(svg.element('rect', { ...box, width, 'fill-opacity': opacity }));
    drawBar(cell - 2, 0.14);
    drawBar(Math.min(1, share ?? 0) * (cell - 2), 0.3);
    marks.push(svg.textAt(x + 5, y + i * lineHeight + 12, text, { class: 'cell' }));
  };
  for (const { title, rows } of groups) {
    for (const [i, text] of [title, ...columns].entries())
      told(i === 0 ? 0 : names + (i - 1) * cell, text, 'soft');
    y += 20;
    for (const { name, cells } of rows) {
      told(0, name, 'cell');
      for (const [at, lines] of cells.entries())
        for (const [i, line] of lines.entries()) drawn(names + at * cell, line, i);
      y += lineHeight * Math.max(1, ...cells.map(({ length }) => length)) + 3;
    }
    y += 8;
  }
  const size = { width: names + cell * columns.length, height: y };
  return svg.figureOf(head, size, marks, table).svg;
};

export const heatTable = (map: HeatMap): Chart => {
  const { columns, groups, table, ...head } = map;
  const titles = columns.map((text) => `<th scope="col">${svg.escapeXml(text)}</th>`).join('');
  const tables = groups.map(
    ({ title, rows }) =>
      `<div class="scroll" tabindex="0" role="group" aria-label="${svg.escapeXml(title)}"><table><caption>${svg.escapeXml(title)}</caption><thead><tr><th scope="col">pedal</th>${titles}</tr></thead><tbody>${rows.map(rowHtml).join('\n')}</tbody></table></div>`,
  );
  const html = `<div class="chart heat" style="--columns:${columns.length};--groups:${groups.length}">${tables.join('\n')}</div>`;
  return {
    ...head,
    /** Drawn where it is asked for alone: a page has the table. */
    get svg() {
      return heatSvg(map);
    },
    ...{ html, wide: true, table },
  };
};

/** Only makes it handier: a filter, a sort by each column, and a line that says why of what is pointed at. */
export const heatScript = `for(const heat of document.querySelectorAll('.heat')){
const rows=[...heat.querySelectorAll('tbody tr')],find=document.createElement('input'),told=document.createElement('output');
find.type='search';find.placeholder='Filter: pedal, engine, verdict';find.setAttribute('aria-label',find.placeholder);if(rows.length>7)heat.before(find);heat.after(told);
find.oninput=()=>{for(const row of rows)row.hidden=!row.textContent.toLowerCase().includes(find.value.toLowerCase());for(const table of heat.children)table.hidden=!table.querySelector('tbody tr:not([hidden])')};
for(const a of heat.querySelectorAll('a')){a.dataset.why=a.title;a.removeAttribute('title')}
for(const type of ['focusin','mouseover','mouseout'])heat.addEventListener(type,({target})=>{const a=type==='mouseout'?null:target.closest('a');told.textContent=a?a.closest('tr').cells[0].firstChild.textContent+': '+a.dataset.why:''});
for(const head of heat.querySelectorAll('thead th')){const at=head.cellIndex,sort=document.createElement('button');
sort.textContent=head.textContent;sort.title='Sort by '+head.textContent;head.replaceChildren(sort);
sort.onclick=()=>{for(const other of heat.querySelectorAll('thead th'))other.ariaSort=other.cellIndex===at?'ascending':null;
for(const body of heat.querySelectorAll('tbody'))body.append(...[...body.rows].sort((a,b)=>at?a.cells[at].dataset.v-b.cells[at].dataset.v:a.cells[0].textContent.localeCompare(b.cells[0].textContent)))}}}`;
