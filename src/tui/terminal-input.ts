/**
 * What a terminal sends, taken apart before anybody reads keys from it: a paste, replies to questions,
 * focus and mouse reports are no keys. The sequences are those of xterm (ctlseqs, "Bracketed Paste Mode",
 * "Extended coordinates", "Operating System Commands").
 */
import { PassThrough, type Readable } from 'node:stream';

export type TerminalEvent =
  | { readonly kind: 'keys'; readonly text: string }
  | { readonly kind: 'wheel'; readonly direction: 'up' | 'down' }
  /** From 1; the left button went down. */
  | { readonly kind: 'click'; readonly column: number; readonly row: number }
  /** Ctrl-Z. */
  | { readonly kind: 'suspend' };

const esc = '\u001b';
const pasteStart = `${esc}[200~`;
const pasteEnd = `${esc}[201~`;
/** A sequence is not that long: what follows is taken as it is. */
const longestSequence = 4096;

const mouse = /^\u001b\[<(\d+);(\d+);(\d+)([Mm])/;
const focus = /^\u001b\[[IO]/;
/** OSC, DCS, APC and PM, to their end; and replies to where the cursor is and what the terminal can do. */
const reply = /^\u001b(?:[\]P_^][^\u0007\u001b]*(?:\u0007|\u001b\\)|\[[?>=]?[\d;]*(?:\$y|[cRnt]))/;
/** The beginning of one of these, whose end has not come yet. */
const begun = /^\u001b(?:[\]P_^][^\u0007]*|\[(?:[<?>=]?[\d;]*\$?)?)$/;

export class TerminalInput {
  private held = '';
  private pasting = false;

  /** The events of what has come, in order. The beginning of a sequence is held until its end comes. */
  take(text: string): readonly TerminalEvent[] {
    const events: TerminalEvent[] = [];
    let keys = '';
    const put = (event: TerminalEvent): void => {
      if (keys !== '') events.push({ kind: 'keys', text: keys });
      keys = '';
      events.push(event);
    };
    let left = this.held + text;
    this.held = '';
    /** How much of what is left is dealt with; what comes after the beginning of a sequence is held. */
    const step = (): number => {
      if (this.pasting) {
        const end = left.indexOf(pasteEnd);
        this.pasting = end < 0;
        // The end may be cut in two.
        if (this.pasting) this.held = left.slice(-(pasteEnd.length - 1));
        return this.pasting ? left.length : end + pasteEnd.length;
      }
      this.pasting = left.startsWith(pasteStart);
      if (this.pasting) return pasteStart.length;
      const known = mouse.exec(left) ?? focus.exec(left) ?? reply.exec(left);
      if (known !== null) {
        const event = mouseEvent(mouse.exec(left));
        if (event !== null) put(event);
        return known[0].length;
      }
      if (left !== esc && begun.test(left) && left.length < longestSequence) {
        this.held = left;
        return left.length;
      }
      const [first = ''] = left;
      if (first === '\u001a') put({ kind: 'suspend' });
      else keys += first;
      return first.length;
    };
    while (left !== '') left = left.slice(step());
    if (keys !== '') events.push({ kind: 'keys', text: keys });
    return events;
  }
}

const mouseEvent = (found: RegExpExecArray | null): TerminalEvent | null => {
  if (found === null) return null;
  const [, button, column, row, end] = found;
  if (button === '64') return { kind: 'wheel', direction: 'up' };
  if (button === '65') return { kind: 'wheel', direction: 'down' };
  if (button !== '0' || end !== 'M') return null;
  return { kind: 'click', column: Number(column), row: Number(row) };
};

/** Reports that are wanted: pastes in brackets, buttons and the wheel by SGR. */
export const wantReports: string = `${esc}[?2004h${esc}[?1000h${esc}[?1006h`;
export const endReports: string = `${esc}[?1006l${esc}[?1000l${esc}[?2004l`;

/** A stream that may be a terminal's. */
export type RawInput<Stream = Readable> = Stream & {
  isTTY?: boolean;
  setRawMode?: (raw: boolean) => unknown;
};

/** A stream of the keys alone, for who reads keys; all else goes to `handle`. */
export const keysOf = (
  input: RawInput,
  handle: (event: Exclude<TerminalEvent, { kind: 'keys' }>) => void,
): RawInput<PassThrough> => {
  const parser = new TerminalInput();
  const decoder = new TextDecoder();
  const keys: RawInput<PassThrough> = new PassThrough();
  if (input.isTTY !== undefined) keys.isTTY = input.isTTY;
  keys.setRawMode = (raw) => input.setRawMode?.(raw);
  input.on('data', (chunk: Buffer | string) => {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    for (const event of parser.take(text)) {
      if (event.kind === 'keys') keys.write(event.text);
      else handle(event);
    }
  });
  input.on('end', () => keys.end());
  return keys;
};
