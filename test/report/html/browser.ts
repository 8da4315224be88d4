/** A headless Chromium over its debugging pipe: pages in, what a reader would see and what went wrong out. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** The name of the browser on this computer; null where there is none. */
export const chromiumName: string | null =
  ['chromium', 'chromium-browser', 'google-chrome'].find(
    (name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0,
  ) ?? null;

type Message = Readonly<Record<string, unknown>>;

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Message;
  readonly result?: Message;
  readonly error?: { readonly message: string };
}

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
  /** @default 'screen' */
  readonly media?: 'screen' | 'print';
}

/** What the browser logged, and whom it asked for something, since the page was opened. */
export interface Trouble {
  readonly said: readonly string[];
  readonly requests: readonly string[];
}

/** Messages on the pipe are JSON, each ended by a zero byte. */
export class Browser {
  private readonly process: ChildProcess;
  private readonly profile: string;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private readonly listeners = new Set<(reply: Reply) => void>();
  private next = 1;

  constructor(name: string) {
    this.profile = mkdtempSync(join(tmpdir(), 'pedalbench-chromium-'));
    this.process = spawn(
      name,
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--hide-scrollbars',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.profile}`,
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    let rest = '';
    const answers = this.process.stdio[4] as Readable;
    answers.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split('\0');
      rest = parts.pop() ?? '';
      for (const part of parts) this.receive(JSON.parse(part) as Reply);
    });
    this.process.on('exit', (code) => {
      for (const answer of this.waiting.values()) {
        answer({ error: { message: `the browser ended with ${code}` } });
      }
    });
  }

  private receive(reply: Reply): void {
    if (reply.id !== undefined) {
      this.waiting.get(reply.id)?.(reply);
      this.waiting.delete(reply.id);
    } else for (const listener of this.listeners) listener(reply);
  }

  send(method: string, params: Message = {}, sessionId?: string): Promise<Message> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      const line = JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) });
      (this.process.stdio[3] as Writable).write(`${line}\0`);
    });
  }

  /** The first message that `wanted` accepts. */
  private heard(wanted: (reply: Reply) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const listener = (reply: Reply): void => {
        if (!wanted(reply)) return;
        this.listeners.delete(listener);
        resolve();
      };
      this.listeners.add(listener);
    });
  }

  async open(url: string): Promise<OpenPage> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const attached = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const session = attached.sessionId as string;
    const said: string[] = [];
    const requests: string[] = [];
    this.listeners.add(({ method, sessionId, params = {} }) => {
      if (sessionId !== session) return;
      if (method === 'Network.requestWillBeSent') {
        requests.push((params.request as { url: string }).url);
      }
      const loud = ['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'];
      if (loud.includes(method ?? '')) said.push(JSON.stringify(params));
    });
    const page: OpenPage = {
      send: (method, params = {}) => this.send(method, params, session),
      trouble: () => ({ said, requests: requests.filter((address) => address !== url) }),
      close: async () => void (await this.send('Target.closeTarget', { targetId })),
    };
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await page.send(`${domain}.enable`);
    const loaded = this.heard(
      ({ method, sessionId }) => sessionId === session && method === 'Page.loadEventFired',
    );
    await page.send('Page.navigate', { url });
    await loaded;
    return page;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    await this.send('Browser.close').catch(() => this.process.kill());
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** One tab. */
export interface OpenPage {
  send(method: string, params?: Message): Promise<Message>;
  trouble(): Trouble;
  close(): Promise<void>;
}

export const lookAt = async (page: OpenPage, look: Look): Promise<void> => {
  await page.send('Emulation.setDeviceMetricsOverride', {
    width: look.width,
    height: 900,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await page.send('Emulation.setEmulatedMedia', {
    media: look.media ?? 'screen',
    features: [{ name: 'prefers-color-scheme', value: look.scheme }],
  });
};

/** The value of an expression in the page; it may be a promise. */
export const evaluated = async <T>(page: OpenPage, expression: string): Promise<T> => {
  const { result, exceptionDetails } = await page.send('Runtime.evaluate', {
    expression,
    returnByValue: true,
    awaitPromise: true,
  });
  if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
  return (result as { value: T }).value;
};

/** A PNG of the whole page. */
export const screenshotOf = async (page: OpenPage): Promise<Buffer> => {
  const { data } = await page.send('Page.captureScreenshot', { captureBeyondViewport: true });
  return Buffer.from(data as string, 'base64');
};
