/** A heat map as a table: names down, cells across, each with its words on a bar of what they mean. Whole without a script. */
import { type Chart, type ChartHead, type ChartTable, escapeXml, type Tone } from '../chart/svg.ts';

export interface HeatLine {
  readonly text: string;
  readonly tone: Tone;
  /** Half as strong where it is not certain. */
  readonly sure: boolean;
  /** Length of the bar, and what the column is sorted by; null where nobody knows. */
  readonly share: number | null;
  /** What hovering shows. */
  readonly why: string;
  /** Where the page says more. */
  readonly id: string;
}

export interface HeatRow {
  readonly name: string;
  /** Beside the name. */
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
  `<a href="#${id}" class="${tone}${sure ? '' : ' open'}" style="--w:${Math.round(Math.min(1, share ?? 0) * 100)}%" title="${escapeXml(why)}">${escapeXml(text)}</a>`;

const cellHtml = (lines: readonly HeatLine[]): string =>
  `<td data-v="${lines[0]?.share?.toFixed(4) ?? '99'}">${lines.map(lineHtml).join('')}</td>`;

const rowHtml = ({ name, detail, cells }: HeatRow): string =>
  `<tr><th scope="row">${escapeXml(name)}<small>${escapeXml(detail)}</small></th>${cells.map(cellHtml).join('')}</tr>`;

const names = 165;
const cell = 130;

export const heatTable = ({ columns, groups, table, ...head }: HeatMap): Chart => {
  const titles = columns.map((text) => `<th scope="col">${escapeXml(text)}</th>`).join('');
  const tables = groups.map(
    ({ title, rows }) =>
      `<div class="scroll" tabindex="0" role="group" aria-label="${escapeXml(title)}"><table><caption>${escapeXml(title)}</caption><thead><tr><th scope="col">pedal</th>${titles}</tr></thead><tbody>${rows.map(rowHtml).join('\n')}</tbody></table></div>`,
  );
  const least = names + cell * columns.length;
  const html = `<div class="chart heat" style="--least:${least}px">${tables.join('\n')}</div>`;
  return { ...head, svg: '', html, wide: true, table };
};

/** Only makes it handier: a filter and a sort by each column. */
export const heatScript = `for(const heat of document.querySelectorAll('.heat')){
const rows=[...heat.querySelectorAll('tbody tr')],find=document.createElement('input');
find.type='search';find.placeholder='Filter: pedal, engine, verdict';find.setAttribute('aria-label',find.placeholder);heat.before(find);
find.oninput=()=>{for(const row of rows)row.hidden=!row.textContent.toLowerCase().includes(find.value.toLowerCase())};
for(const head of heat.querySelectorAll('thead th')){const at=head.cellIndex,sort=document.createElement('button');
sort.textContent=head.textContent;sort.title='Sort by '+head.textContent;head.replaceChildren(sort);
sort.onclick=()=>{for(const other of heat.querySelectorAll('thead th'))other.ariaSort=other.cellIndex===at?'ascending':null;
for(const body of heat.querySelectorAll('tbody'))body.append(...[...body.rows].sort((a,b)=>at?a.cells[at].dataset.v-b.cells[at].dataset.v:a.cells[0].textContent.localeCompare(b.cells[0].textContent)))}}}`;
