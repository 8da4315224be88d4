/** `advise` for people: the answer first, then a row a width, then what would have to change. */
import type { Advice, DeviceAdvice, Distance, WidthAdvice } from '../study/advise/advise.ts';
import type { NearMiss, Suggestion } from '../study/advise/near-miss.ts';
import type { Standing } from '../study/advise/standing.ts';
import { counted, grouped, listed, percent, times } from '../units/number-text.ts';
import { groupBy, nameAmong } from './predict/groups.ts';
import { rowVerdict } from './predict/verdict-text.ts';
import { blocksText, inked } from './text/blocks.ts';
import { left, paint, right, type Style, textTable } from './text/text-table.ts';
import { clip, printable, widthOf, wrap } from './text/text-width.ts';

/** With more pedals than these each gets its answer and nothing else. */
const mostInFull = 3;

type Told = Pick<Standing, 'verdict' | 'chance' | 'sure' | 'load' | 'low' | 'high'>;

export const standingText = ({ load: expected, low, high, ...at }: Told): string =>
  rowVerdict({ ...at, load: { low, expected, high } });

export const whole = (share: number): string =>
  share > 0 && share < 0.005 ? 'under 1 %' : `${Math.round(share * 100)} %`;

/** 'left' of the limit, or 'over by' so much. */
export const leftText = ({ distance }: Distance): string =>
  distance >= 0 ? `${percent(distance)} left` : `over by ${percent(-distance)}`;

/** 'blocks of 128 frames instead of 64, channels 16/8 -> 8/4'. */
export const wholeChange = ({ setting, text }: Pick<Suggestion, 'setting' | 'text'>): string =>
  setting === null ? text : `${setting}, ${text}`;

/** What would bring a miss inside, in a few words; null where nothing was found. */
const changeOf = ({ settings, suggestions: [change] }: NearMiss): string | null =>
  settings.find(({ inside }) => inside)?.text ??
  (change === undefined ? null : wholeChange(change));

const nothingFound = ({ cheapest }: NearMiss): string =>
  cheapest === null
    ? 'no change to its architecture was found'
    : `nothing found does; ${cheapest.text} still takes ${standingText(cheapest)}`;

/** For a table. */
export const smallestChange = (miss: NearMiss): string => changeOf(miss) ?? nothingFound(miss);

export const widestAt = ({ widest }: DeviceAdvice, copies: number): string | null =>
  widest.find((one) => one.copies === copies)?.width ?? null;

/** 'Lite runs twice on the MOD Dwarf; full needs 58 % less: channels 8 -> 4 would do.' */
export const answerFor = (advice: DeviceAdvice, model: string, copies: number): string => {
  const name = printable(advice.deviceName);
  if (advice.limitCyclesPerSample === null) {
    const chip = advice.core === null ? ' no chip is known, so' : '';
    return `${name}:${chip} there are no limits. ${advice.widths[0]?.reasons[0] ?? ''}`.trim();
  }
  const alone = advice.widths.length === 1;
  const called = (width: string): string => printable(alone ? model : width);
  const widest = widestAt(advice, copies);
  const own = advice.widths.find(({ width }) => width.label === widest);
  const isSure = own?.distances.find((one) => one.copies === copies)?.sure === true;
  const none = alone ? `${called('')} does not run` : `No width of ${printable(model)} runs`;
  const among = advice.cores > 1 ? `one of the ${advice.cores} audio cores of ` : '';
  const runs =
    widest === null
      ? `${none} ${times(copies)} on ${among}${name}`
      : `${called(widest)} ${isSure ? 'runs' : 'probably runs'} ${times(copies)} on ${name}`;
  const miss = advice.nearMisses.at(-1);
  if (miss === undefined) return `${runs}.`;
  const change = changeOf(miss);
  const would = change === null ? nothingFound(miss) : `${change} would do`;
  return `${runs}; ${alone ? 'it' : called(miss.width)} needs ${whole(miss.needsLess)} less: ${would}.`;
};

/** One sentence for many pedals; their own answers for a few. */
export const adviceSummary = (advice: Advice, model: string, copies: number): string => {
  const { devices } = advice;
  if (devices.length <= mostInFull)
    return devices.map((device) => answerFor(device, model, copies)).join(' ');
  const known = devices.filter(({ limitCyclesPerSample }) => limitCyclesPerSample !== null);
  const widths = groupBy(known, (device) => printable(widestAt(device, copies) ?? 'no width'));
  const counts = widths.map(([width, own]) => `${width} on ${own.length}`);
  return `${model} ${times(copies)}, the widest that fits each of ${counted(known.length, 'pedal')} with known limits: ${listed(counts)}.`;
};

/** Every width against its limits: once, twice and as often as was asked. */
const widthLines = (advice: DeviceAdvice, copies: number, style: Style): string[] => {
  const counts = advice.widest.map(({ copies: count }) => count);
  const chance = `chance ${times(copies)}`;
  const cell = ({ distances, engine, reasons }: WidthAdvice, count: number): string => {
    const one = distances.find((at) => at.copies === count);
    // What an engine takes and no number stands for has no room.
    if (one === undefined) return engine === null ? (reasons[0] ?? '') : 'wont-load';
    return paint(style, one.inside ? 'green' : 'red', standingText(one));
  };
  const ofAsked = ({ distances }: WidthAdvice, of: (asked: Distance) => string): string =>
    distances
      .filter((at) => at.copies === copies)
      .map(of)
      .join();
  const further = counts.filter((n) => n > copies).map(times);
  const dispensable = ['engine', ...further, chance, 'limit'];
  return textTable(advice.widths, { ...style, columns: style.columns - 2, dispensable }, [
    left('width', ({ width }) => printable(width.label)),
    ...counts.map((count) => left(times(count), (width: WidthAdvice) => cell(width, count))),
    left('limit', (width) => ofAsked(width, leftText)),
    right(chance, (width) => ofAsked(width, (asked) => percent(asked.chance))),
    left('engine', ({ engine }) => engine ?? ''),
  ]);
};

const changeLines = (one: Suggestion, i: number, style: Style): readonly string[] => {
  const helps = one.alsoHelps.length > 0 ? `; also on ${one.alsoHelps.join(', ')}` : '';
  const share = one.receptiveField / (one.receptiveField + one.receptiveFieldLost);
  const field = one.receptiveFieldLost > 0 ? ` and ${whole(share)} of the receptive field` : '';
  const kept = `keeps ${whole(one.weights / (one.weights + one.weightsLost))} of the weights${field}`;
  const text = `${wholeChange(one)}: ${standingText(one)}, chance ${percent(one.chance)}; ${kept}, ${grouped(one.cyclesPerSample)} cycles a sample${helps}`;
  return wrap(text, style.columns, `    ${i + 1}. `, '       ');
};

const missLines = (miss: NearMiss, style: Style): readonly string[] => {
  const { width, copies, obstacle, candidates } = miss;
  const of = candidates > 0 ? `, of ${grouped(candidates)} architectures` : '';
  const why = obstacle === null ? '' : ` (${obstacle}, so no layer was changed)`;
  const settings = miss.settings.map(({ text, inside, drawback, ...at }) => {
    const enough = inside ? ', which is enough' : '';
    return `or ${text}: ${standingText(at)}, chance ${percent(at.chance)}${enough} (${drawback})`;
  });
  const needs = `${width} ${times(copies)} needs ${whole(miss.needsLess)} less. What does it${of}${why}:`;
  const nothing = miss.far ? nothingFound(miss) : 'nothing small; a narrower width is the way';
  const changes = miss.suggestions.flatMap((one, i) => changeLines(one, i, style));
  const others = [...(changes.length > 0 ? [] : [nothing]), ...settings];
  return [
    ...wrap(needs, style.columns, '  '),
    ...changes,
    ...others.flatMap((line) => wrap(line, style.columns, '    ')),
  ];
};

const deviceLines = (advice: DeviceAdvice, model: string, copies: number, style: Style) => {
  const title = inked(style, 'bold', answerFor(advice, model, copies));
  if (advice.limitCyclesPerSample === null || advice.margin === null) return title;
  const { governor } = advice;
  const clock = governor === null ? '' : `, at the clock that the governor ${governor} then gives`;
  const each = advice.limits.map((l) => `${times(l.copies)} ${grouped(l.cyclesPerSampleEach)}`);
  const about = `${advice.core ?? ''}, blocks of ${advice.blockFrames}, ${whole(advice.margin)} kept free with a chance of ${whole(advice.confidenceAsked)} or more (${advice.confidence}). Limit of each copy in cycles a sample${clock}: ${each.join(', ')}.`;
  return [
    ...title,
    ...wrap(about, style.columns, '  '),
    ...widthLines(advice, copies, style).map((line) => `  ${line}`),
    ...advice.nearMisses.flatMap((miss) => missLines(miss, style)),
  ];
};

type Place = Pick<DeviceAdvice, 'device' | 'devicePath'>;

export const placeIn = ({ devices }: Advice, at: Place): string =>
  printable(nameAmong(devices, at));

const nextOf = (advice: Advice, model: string, written?: string): readonly string[] => {
  if (advice.best === null) {
    const [first] = advice.devices;
    const device = first === undefined ? 'ID' : placeIn(advice, first);
    return [`Next: pedalbench explain ${model} --device ${device} shows where the cycles go.`];
  }
  return [
    'What a change costs in sound nobody knows before it is trained.',
    written === undefined
      ? `Next: --write FILE writes the first change (${advice.best.width} on ${placeIn(advice, advice.best)}) as a .nam with drawn weights; predict and run take it like any other.`
      : `Next: pedalbench predict ${written} --device ${placeIn(advice, advice.best)}`,
  ];
};

/** A line a pedal, and one for those of which no limits are known. */
const manyBlocks = (advice: Advice, model: string, copies: number, style: Style): string[][] => {
  const known = advice.devices.filter((device) => device.limitCyclesPerSample !== null);
  const others = advice.devices.filter((device) => device.limitCyclesPerSample === null);
  const miss = ({ nearMisses }: DeviceAdvice, of: (miss: NearMiss) => string): string =>
    nearMisses.slice(-1).map(of).join();
  const columns = [
    left('pedal', (one: DeviceAdvice) => placeIn(advice, one)),
    left(`runs ${times(copies)}`, (one: DeviceAdvice) =>
      printable(widestAt(one, copies) ?? 'none'),
    ),
    left('next', (one: DeviceAdvice) => miss(one, ({ width }) => printable(width))),
    right('needs less', (one: DeviceAdvice) => miss(one, ({ needsLess }) => whole(needsLess))),
  ];
  const taken = widthOf(textTable(known, { ...style, color: false }, columns)[0] ?? '') + 2;
  const room = Math.max(12, style.columns - taken);
  const change = left('what would do', (one: DeviceAdvice) =>
    clip(miss(one, smallestChange), room, style.ascii),
  );
  const unknown = `No limits are known: ${others.map((of) => placeIn(advice, of)).join(', ')}.`;
  return [
    inked(style, 'bold', adviceSummary(advice, model, copies)),
    textTable(known, style, [...columns, change]),
    others.length === 0 ? [] : wrap(unknown, style.columns),
  ];
};

export const renderAdvice = (
  advice: Advice,
  model: string,
  copies: number,
  style: Style,
  written?: string,
): string => {
  const inFull = advice.devices.length <= mostInFull;
  const blocks = inFull
    ? advice.devices.map((device) => deviceLines(device, model, copies, style))
    : manyBlocks(advice, model, copies, style);
  const more = inFull ? [] : ['Each width against its limits, and every change: --device ID.'];
  const next = nextOf(advice, model, written).flatMap((line) => wrap(line, style.columns));
  return blocksText(...blocks, [...more, ...next]);
};
