/** A real terminal: the program in tmux, keys in, the pane out. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './headless.ts';
import { root } from './world.ts';

export const hasTmux: boolean = spawnSync('tmux', ['-V']).status === 0;

/** One server of our own for each pane, so that nothing is shared with the user's. */
export class Pane {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'pedalbench-tui-'));
  readonly #socket: string = join(this.folder, 'tmux');

  /** A shell that runs the program and then says its exit code. */
  constructor(
    words: string,
    cols: number,
    rows: number,
    term = 'screen-256color',
    file = 'src/cli/main.ts',
  ) {
    const program = `node --import ${join(root, 'node_modules/tsx/dist/loader.mjs')} ${join(root, file)}`;
    // `exec` would end the pane with the program: the shell stays and tells what it left behind.
    // It outlives its terminal, and says the code in a file, too.
    const said = 'code=$?; echo $code >code; echo "code $code"';
    const line = `trap : HUP; cd ${this.folder}; echo before; ${program} ${words}; ${said}; exec cat`;
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-x',
      `${cols}`,
      '-y',
      `${rows}`,
      'sh',
      '-c',
      `export TERM=${term} LC_ALL=C.UTF-8; ${line}`,
    );
  }

  #tmux(...words: readonly string[]): string {
    // Without UTF-8 tmux shows underscores in the place of what the program drew.
    return execFileSync('tmux', ['-u', '-S', this.#socket, ...words], { encoding: 'utf8' });
  }

  keys(...keys: readonly string[]): void {
    for (const key of keys) this.#tmux('send-keys', key);
  }

  type(text: string): void {
    this.#tmux('send-keys', '-l', text);
  }

  resize(cols: number, rows: number): void {
    this.#tmux('resize-window', '-x', `${cols}`, '-y', `${rows}`);
  }

  text(): string {
    return this.#tmux('capture-pane', '-p');
  }

  /** With colours as escapes. */
  colored(): string {
    return this.#tmux('capture-pane', '-p', '-e');
  }

  isAlternate(): boolean {
    return this.#tmux('display-message', '-p', '#{alternate_on}').trim() === '1';
  }

  isCursorShown(): boolean {
    return this.#tmux('display-message', '-p', '#{cursor_flag}').trim() === '1';
  }

  /** Of the program, which is the child of the pane's shell. */
  pid(): number {
    const shell = this.#tmux('display-message', '-p', '#{pane_pid}').trim();
    return Number(execFileSync('pgrep', ['-o', '-P', shell], { encoding: 'utf8' }).trim());
  }

  async shows(what: string | RegExp, milliseconds = 60_000): Promise<string> {
    let text = '';
    await until(
      `${what} in\n${text}`,
      () => {
        text = this.text();
        return typeof what === 'string' ? text.includes(what) : what.test(text);
      },
      milliseconds,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\n${text}`);
    });
    return text;
  }

  /** As where a window is closed. */
  async codeWithoutTerminal(): Promise<number> {
    this.#tmux('kill-session');
    const said = (): string => {
      const path = join(this.folder, 'code');
      return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
    };
    await until('an exit code', () => said() !== '', 30_000);
    return Number(said());
  }

  close(): void {
    spawnSync('tmux', ['-S', this.#socket, 'kill-server']);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
