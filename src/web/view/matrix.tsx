/** The heat map: pedals down, widths across, once and twice in each cell. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { loadWithInterval } from '../../report/predict/verdict-text.ts';
import type { PredictRow } from '../../study/predict/row.ts';
import { percent, times } from '../../units/number-text.ts';
import { kindNames, type PageDevice } from '../devices.ts';
import type { DeviceKind, SortOrder } from '../state.ts';
import { isSure, said } from '../verdict.ts';

export interface MatrixProps {
  readonly devices: readonly PageDevice[];
  readonly widths: readonly string[];
  /** What stands large in a cell, and what small below it. */
  readonly copies: readonly number[];
  readonly working: boolean;
  readonly rows: readonly PredictRow[];
  readonly only: 'all' | 'fits' | 'sure';
  readonly sort: SortOrder;
  readonly selected: string | null;
  readonly select: (device: string, width: string) => void;
}

const keyOf = (device: string, width: string, copies: number): string =>
  `${device} ${copies} ${width}`;

/** The last width's load: it is among the first rows that come, and those after it move no pedal any more. */
const rank = (rows: readonly PredictRow[], widest: string | undefined): number =>
  rows.find(({ width }) => width.label === widest)?.load?.expected ?? 100;

const bestChance = (rows: readonly PredictRow[]): number =>
  rows.reduce((sum, row) => sum - (row.chance ?? 0), 0);

interface LoadProps {
  readonly once: PredictRow | undefined;
  readonly twice: PredictRow | undefined;
  readonly working: boolean;
}

const Load = ({ once, twice, working }: LoadProps): JSX.Element => {
  if (once === undefined)
    return working ? <span class="waiting" /> : <span class="word">not by this engine</span>;
  const first = said(once);
  const load = once.load;
  const share = (value: number): number => Math.min(100, value * 80);
  return (
    <>
      <span class="verdict">
        <span>
          <span aria-hidden="true">{first.glyph}</span>{' '}
          {load === null ? '' : percent(load.expected)}
        </span>{' '}
        <span class={load === null ? 'word' : 'word beside-load'}>{first.word}</span>
      </span>
      {load !== null && (
        <span class="gauge" aria-hidden="true">
          <span
            class="interval"
            style={{
              left: `${share(load.low)}%`,
              width: `${Math.max(1, share(load.high) - share(load.low))}%`,
            }}
          />
          <span class="expected" style={{ left: `${share(load.expected)}%` }} />
        </span>
      )}
      {twice !== undefined && (
        <span class={`twice ${said(twice).tone}`}>
          <span aria-hidden="true">{said(twice).glyph}</span> twice{' '}
          {twice.load === null ? said(twice).word : percent(twice.load.expected)}
          <span class="hidden"> {said(twice).word}</span>
        </span>
      )}
    </>
  );
};

const titleOf = (row: PredictRow | undefined): string =>
  row === undefined
    ? 'Being worked out, or not taken by this engine.'
    : [
        row.load === null
          ? said(row).word
          : `${loadWithInterval(row)} of one audio core: ${said(row).word}`,
        row.chance == null
          ? ''
          : `Chance to stay within the limit: ${Math.round(row.chance * 100)} %.`,
        row.reasons[0] ?? '',
      ]
        .filter((text) => text !== '')
        .join('\n');

/** Drawn again only where its rows are others: hundreds of them stand in a table that fills in. */
const Cell = (props: LoadProps & { readonly select: () => void }): JSX.Element => {
  const { once, twice, working, select } = props;
  return useMemo(
    () => (
      <td class={once === undefined ? 'waiting' : said(once).tone}>
        <button type="button" class="cell" title={titleOf(once)} onClick={select}>
          <Load once={once} twice={twice} working={working} />
        </button>
      </td>
    ),
    [once, twice, once === undefined && working],
  );
};

/** In its place until the first numbers of its table come: names would move when they are sorted. */
const Empty = ({ columns }: { readonly columns: number }): JSX.Element => (
  <tr class="empty-row">
    <th />
    {Array.from({ length: columns }, (_, i) => (
      <td key={i} class="waiting" />
    ))}
  </tr>
);

export const Matrix = (props: MatrixProps): JSX.Element => {
  const { devices, widths, rows, only, sort, selected, select, working } = props;
  const [first = 1, second = 0] = props.copies;
  const byKey = new Map(rows.map((row) => [keyOf(row.device, row.width.label, row.copies), row]));
  const rowsOf = (id: string): PredictRow[] => rows.filter((row) => row.device === id);
  const shown = devices.filter(({ id }) => {
    if (only === 'all') return true;
    const own = rowsOf(id).filter(({ copies }) => copies === first);
    return own.some((row) => (only === 'sure' ? isSure(row) : row.verdict === 'fits'));
  });
  const order = new Map(
    shown.map(({ id, name }) => {
      const own = rowsOf(id);
      return [id, { name, load: rank(own, widths.at(-1)), chance: bestChance(own) }] as const;
    }),
  );
  const last = useRef(new Map<DeviceKind, readonly string[]>());
  const isWhole = (of: readonly PageDevice[]): boolean =>
    !working || of.every(({ id }) => byKey.has(keyOf(id, widths.at(-1) ?? '', first)));
  /** As it was as long as some lack what they are sorted by: each would jump to its place by itself. */
  const sortedOf = (kind: DeviceKind, of: readonly PageDevice[]): readonly PageDevice[] => {
    const old = last.current.get(kind) ?? [];
    if (!isWhole(of)) return [...of].sort((a, b) => old.indexOf(a.id) - old.indexOf(b.id));
    const sorted = [...of].sort((a, b) => {
      const x = order.get(a.id);
      const y = order.get(b.id);
      if (x === undefined || y === undefined) return 0;
      if (sort !== 'name' && x[sort] !== y[sort]) return x[sort] - y[sort];
      return x.name < y.name ? -1 : 1;
    });
    last.current.set(
      kind,
      sorted.map(({ id }) => id),
    );
    return sorted;
  };
  const isEmpty = (kind: DeviceKind, of: readonly PageDevice[]): boolean =>
    working &&
    !last.current.has(kind) &&
    !of.some(({ id }) => rows.some(({ device }) => device === id));
  const kinds = [...new Set(devices.map(({ kind }) => kind))];
  // The words of verdicts would make many columns wider than the page: there, glyph and tone say it.
  const isMany = widths.length > 4;
  const least = isMany ? 9 + 6.6 * widths.length : 12 + 8.2 * Math.max(2, widths.length);
  return (
    // As wide as its columns need: several tables stand beside each other where there is room.
    <div
      class={isMany ? 'matrices many' : 'matrices'}
      style={{ '--least': `${least}rem`, '--columns': widths.length }}
    >
      {kinds.map((kind: DeviceKind) => {
        const of = sortedOf(
          kind,
          shown.filter((device) => device.kind === kind),
        );
        const empty = isEmpty(kind, of);
        if (of.length === 0) return null;
        return (
          <div key={kind} class="scroll">
            <table class="matrix">
              <caption>
                {kindNames[kind]}
                <span class="hidden">
                  : load of each width, {props.copies.map(times).join(' and ')}
                </span>
              </caption>
              <thead>
                <tr>
                  <th scope="col">Pedal</th>
                  {widths.map((width) => (
                    <th scope="col" key={width}>
                      {width}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {empty && of.map(({ id }) => <Empty key={`empty ${id}`} columns={widths.length} />)}
                {!empty &&
                  of.map(({ id, name }) => (
                    <tr key={id} class={id === selected ? 'selected' : ''}>
                      <th scope="row">
                        <button
                          type="button"
                          class="plain"
                          aria-pressed={id === selected}
                          onClick={() => select(id, widths.at(-1) ?? '')}
                        >
                          {name}
                        </button>
                      </th>
                      {widths.map((width) => (
                        <Cell
                          key={width}
                          once={byKey.get(keyOf(id, width, first))}
                          twice={byKey.get(keyOf(id, width, second))}
                          working={working}
                          select={() => select(id, width)}
                        />
                      ))}
                    </tr>
                  ))}
              </tbody>
            </table>
          </div>
        );
      })}
      {shown.length === 0 && (
        <p class="empty">No pedal is left by this search and these filters.</p>
      )}
    </div>
  );
};
