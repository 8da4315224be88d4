/** Kernels as a reader would say them. Their names are keys: what was lowered, for which target, with which numbers. */
import { grouped } from '../units/number-text.ts';
import { groupBy } from './predict/groups.ts';
import { printable } from './text/text-width.ts';

/** 'aarch64/4/fast/cortex-a72/' at the beginning of a key: instruction set, lanes, options and tuning. */
const targetPart = /^[\w-]+\/(\d+)\/(?:nofma\/)?(?:fast\/)?[\w.-]+\/(?:nano\/)?(?=[\w-]+\/)/;
const taps = 'convolution, kernel $2, $1 channels';

/** What a key says after the target, and how it is read; the first that matches. */
const sentences: readonly (readonly [RegExp, string])[] = [
  [/^eigen\/gebp\/([\dx]+)/, 'matrix product $1'],
  [/^eigen\/pack-lhs\/([\dx]+)/, 'packing of $1 weights'],
  [/^eigen\/pack-rhs\/([\dx]+)/, 'packing of a $1 block'],
  [/^eigen\/driver/, 'set-up of a matrix product'],
  [/^eigen\/gemv-selector/, 'set-up of a matrix-vector product'],
  [/^eigen\/gemv\/([\dx]+)/, 'matrix-vector product $1'],
  [/^eigen\/(?:lazy|column-product)\/([\dx]+)/, 'small matrix product $1'],
  [/^(?:pass|neural-audio)\/bias\/([\dx]+)/, 'bias on $1'],
  [/^neural-audio\/mixin\/([\dx]+)\/true/, 'mixin on $1, set'],
  [/^neural-audio\/mixin\/([\dx]+)/, 'mixin on $1, added'],
  [
    /^pass\/(?:neural-audio |activation )?(\w+)[^/]*\/(?:\{[^}]*\})?\/?(\d+)x1\//,
    '$1 of $2 values',
  ],
  [/^(?:memset|memcpy)\/(\d+)/, 'clearing or copying of $1 values'],
  [/^[\w-]+\/(?:full-)?call\/tap\/(\d+)/, 'call of tap $1'],
  [/^[\w-]+\/(?:full-)?call\/(\w+)/, 'call of $1'],
  [/^[\w-]+\/overhead/, 'overhead'],
  [/^neural-audio\/(?:hand|small)\/([\dx]+)/, 'small matrix product $1'],
  [
    /^nam-core-inline\/(?:plain|named|small)\/(\d+)\/(\d+),(\d+),(\d+)/,
    'inline product $2x$3x$4, kernel $1',
  ],
  [/^[\w-]+\/lstm\/([\dx,]+)\/(\d+)/, 'LSTM $1, $2 frames'],
  [
    /^planar-neon\/(?:full|lite|armv7).*\/k(\d+)\/([a-z]+)\d*\//,
    'convolution, kernel $1, $2 layer',
  ],
  [/^(?:t3k-embedded\/(?:scalar|neon)|tmp-nam\/layer)\/(\d+)\/k(\d+)/, taps],
];

type Shape = Readonly<
  Partial<Record<'inputs' | 'outputs' | 'taps' | 'dilation' | 'inputSize' | 'hiddenSize', number>>
>;

/** Of our own kernels: 'layer, 8x8 convolution, kernel 6, dilation 4, 4 lanes'. */
const ownName = (what: string, lanes: number, shape: Shape): string => {
  const { inputs, outputs, taps: kernel = 1, dilation, inputSize, hiddenSize } = shape;
  const parts = [
    what.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    inputs !== undefined && `${inputs}x${outputs} convolution`,
    kernel > 1 && `kernel ${kernel}, dilation ${dilation}`,
    hiddenSize !== undefined && `${inputSize}x${hiddenSize}`,
    `${lanes} lanes`,
  ];
  return parts.filter((part) => part !== false).join(', ');
};

/** What has no sentence of its own: the words and sizes of the key, without numbers that only tell keys apart. */
const plainName = (key: string): string =>
  key
    .replace(/[{[].*$/, '')
    .split('/')
    .filter((part) => /^[a-z]/i.test(part) || /^[\dx]+$/.test(part))
    .filter((part) => part !== 'true' && part !== 'false')
    .join(', ');

/** ' of 1,000 instructions'. */
const overheadText = (key: string): string => {
  const [, counts = ''] = /\/overhead\/\{((?:"\w+":[\d.]+,?)+)\}/.exec(key) ?? [];
  const sum = counts.split(',').reduce((all, one) => all + Number(one.split(':')[1] ?? 0), 0);
  return sum === 0 ? '' : ` of ${grouped(sum)} instructions`;
};

/** @example kernelName('aarch64/4/cortex-a72/eigen/gebp/8x8x64/8') // 'matrix product 8x8x64, 4 lanes' */
export const kernelName = (key: string): string => {
  const [, what, target, shape] = /^pedalbench (\w+) (\{.*?\}) (\{.*\})$/.exec(key) ?? [];
  if (what !== undefined && target !== undefined && shape !== undefined) {
    const { lanes } = JSON.parse(target) as { lanes: number };
    return printable(ownName(what, lanes, JSON.parse(shape) as Shape));
  }
  const lanes = targetPart.exec(key)?.[1];
  const rest = key.replace(targetPart, '');
  const known = sentences.find(([pattern]) => pattern.test(rest));
  const [match = ''] = known?.[0].exec(rest) ?? [];
  const said =
    (known === undefined ? plainName(rest) : match.replace(...known)) + overheadText(rest);
  const isScalar = lanes === undefined || lanes === '1' || said.startsWith('overhead');
  return printable(isScalar ? said : `${said}, ${lanes} lanes`);
};

/** Names for the kernels of one list: what reads alike is numbered. */
export const kernelNames = (keys: readonly string[]): ((key: string) => string) => {
  const alike = groupBy([...new Set(keys)], kernelName);
  const names = alike.flatMap(([name, own]) =>
    own.map((key, i) => [key, own.length === 1 ? name : `${name} (${i + 1})`] as const),
  );
  const byKey = new Map(names);
  return (key) => byKey.get(key) ?? kernelName(key);
};
