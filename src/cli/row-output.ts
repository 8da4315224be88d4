/** Documents whose rows are many: never one string, and with `--jsonl` a line a row as soon as it is known. */
import { tool } from '../workbench/package-info.ts';
import type { Args } from './args.ts';
import type { Io } from './io.ts';
import type { OptionSpec } from './option-spec.ts';

export const jsonlOption: OptionSpec = {
  help: 'a line of JSON a row as soon as it is known; the last line is the document without rows',
};

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

export class RowOutput {
  readonly #io: Io;
  readonly #command: string;
  readonly #rowsName: string;
  readonly inLines: boolean;
  /** Whether a document is asked for at all. */
  readonly wanted: boolean;

  constructor(args: Args, io: Io, command: string, rowsName: string) {
    this.#io = io;
    this.#command = command;
    this.#rowsName = rowsName;
    this.inLines = args.flag('jsonl');
    this.wanted = this.inLines || args.flag('json');
  }

  /** A row that is known before the others. */
  row(row: unknown): void {
    if (this.inLines) this.#io.stdout.write(`${JSON.stringify(row)}\n`);
  }

  /** The document; in lines without its rows, which went by. */
  end(body: Readonly<Record<string, unknown>>): void {
    const document = { ...headOf(this.#command), ...body };
    if (this.inLines) {
      const { [this.#rowsName]: _, ...rest } = document as Readonly<Record<string, unknown>>;
      this.#io.stdout.write(`${JSON.stringify(rest)}\n`);
    } else for (const piece of documentPieces(document)) this.#io.stdout.write(piece);
  }
}
