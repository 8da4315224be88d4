/** Documents of `--json` and `--jsonl`: never one string, however many rows they have. */
import { tool } from '../workbench/package-info.ts';

const inner = (value: unknown, indent: string): string =>
  JSON.stringify(value, null, 2).replaceAll('\n', `\n${indent}`);

/** As JSON.stringify(document, null, 2) has it, item by item of its lists. */
export function* documentPieces(document: Readonly<Record<string, unknown>>): Generator<string> {
  let before = '{';
  for (const [name, value] of Object.entries(document)) {
    if (value === undefined) continue;
    yield `${before}\n  ${JSON.stringify(name)}: `;
    before = ',';
    if (!Array.isArray(value) || value.length === 0) yield inner(value, '  ');
    else {
      let lead = '[';
      for (const item of value) {
        yield `${lead}\n    ${inner(item, '    ')}`;
        lead = ',';
      }
      yield '\n  ]';
    }
  }
  yield '\n}\n';
}

/** What a command begins its document with. */
export const headOf = (
  command: string,
): { readonly schema: string; readonly tool: typeof tool } => ({
  schema: `pedalbench.${command}/1`,
  tool,
});
