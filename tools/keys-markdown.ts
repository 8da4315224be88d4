import { bindings } from '../src/tui/keys.ts';

/** Rows of a table in Markdown, for docs/tui.md. */
export const keysMarkdown = (): string => {
  const rows = bindings.map(({ shown, help }) => [shown.replace(/\S+/g, '`$&`'), help] as const);
  const keyColumns = Math.max(...rows.map(([key]) => key.length));
  const helpColumns = Math.max(...rows.map(([, help]) => help.length));
  const line = (key: string, help: string, fill = ' '): string =>
    `| ${key.padEnd(keyColumns, fill)} | ${help.padEnd(helpColumns, fill)} |`;
  const head = [line('key', 'what it does'), line('', '', '-')];
  return [...head, ...rows.map(([key, help]) => line(key, help))].join('\n');
};
