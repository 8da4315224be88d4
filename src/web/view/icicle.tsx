/** Where the cycles go, as an icicle: everything, layers, kinds of work in each, kernels in each. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { cyclesText } from '../../report/html/page-parts.ts';
import { kernelName } from '../../report/kernel-name.ts';
import type { CycleNode } from '../../study/explain/account.ts';

const limitWords: Readonly<Record<string, string>> = {
  arithmetic: 'floating-point units',
  loadStore: 'loads and stores',
  latency: 'waiting for results',
  frontEnd: 'instructions per cycle',
  mispredict: 'mispredicted branches',
  calls: 'library calls',
  memory: 'memory',
};

interface Placed {
  readonly title: string;
  readonly node: CycleNode;
  readonly left: number;
  readonly width: number;
  readonly depth: number;
  readonly path: string;
}

const place = (
  node: CycleNode,
  left: number,
  width: number,
  depth: number,
  path: string,
): Placed[] => {
  const isKernel = node.children.length === 0;
  const title = isKernel ? kernelName(node.name) : node.name;
  const placed: Placed[] = [{ title, node, left, width, depth, path }];
  let at = left;
  for (const child of node.children) {
    const share = node.cyclesPerSample > 0 ? child.cyclesPerSample / node.cyclesPerSample : 0;
    placed.push(...place(child, at, width * share, depth + 1, `${path} > ${child.name}`));
    at += width * share;
  }
  return placed;
};

/** From the outside in. */
const levels = ['layer', 'kind of work', 'kernel'];

const find = (root: CycleNode, path: readonly string[]): CycleNode =>
  path.reduce((node, name) => node.children.find((child) => child.name === name) ?? node, root);

export const Icicle = ({ root }: { readonly root: CycleNode }): JSX.Element => {
  const [path, setPath] = useState<readonly string[]>([]);
  const top = find(root, path);
  const placed = place(top, 0, 100, 0, '').filter(
    ({ width, depth }) => width >= 0.4 && depth > 0 && depth <= 3,
  );
  const depth = Math.max(1, ...placed.map((one) => one.depth));
  return (
    <figure class="icicle">
      <figcaption>
        {path.length > 0 && (
          <button type="button" onClick={() => setPath(path.slice(0, -1))}>
            Back
          </button>
        )}{' '}
        {[root.name, ...path].join(' › ')}: {cyclesText(top.cyclesPerSample)} cycles a sample, first
        limit: {limitWords[top.limitedBy] ?? top.limitedBy}
      </figcaption>
      <div class="heads" aria-hidden="true">
        {levels.slice(path.length, path.length + depth).map((level) => (
          <span key={level}>{level}</span>
        ))}
      </div>
      <div class="bars">
        {placed.map(({ title, node, left, width, depth: row, path: key }) => (
          <button
            type="button"
            key={key}
            class={`bar ${node.limitedBy}`}
            style={{
              top: `${left}%`,
              height: `${width}%`,
              left: `${(100 * (row - 1)) / depth}%`,
              width: `${100 / depth}%`,
            }}
            title={`${title}: ${cyclesText(node.cyclesPerSample)} cycles a sample (${Math.round((100 * node.cyclesPerSample) / root.cyclesPerSample)} %), ${limitWords[node.limitedBy] ?? node.limitedBy}`}
            onClick={() => {
              const names = key.split(' > ').slice(1);
              if (node.children.length > 0) setPath([...path, ...names]);
            }}
          >
            {width > 1.9 ? title : ''}
          </button>
        ))}
      </div>
      <ul class="legend">
        {[...new Set(placed.map(({ node }) => node.limitedBy))].map((limit) => (
          <li key={limit}>
            <span class={`swatch ${limit}`} /> {limitWords[limit] ?? limit}
          </li>
        ))}
      </ul>
    </figure>
  );
};
