/** The text of a template as the host lays it down (`code-layout.ts`). */
import {
  atFlags,
  atLists,
  atSources,
  atTargets,
  isLoad,
  isStore,
} from '../../src/machine/pipeline/code-layout';
import { roomForWords } from '../lists';

export let text = new StaticArray<i32>(1 << 14);
export let textLength: i32 = 0;
export let registers: i32 = 0;
export let loops: i32 = 0;
export let slots: i32 = 0;

/** Where the host writes the text of a template of so many words, registers, loops and slots. */
export function placeText(words: i32, registerCount: i32, loopCount: i32, slotCount: i32): usize {
  text = roomForWords(text, words);
  textLength = words;
  registers = registerCount;
  loops = loopCount;
  slots = slotCount;
  return changetype<usize>(text);
}

export function isMemory(at: i32): bool {
  return (text[at + atFlags] & (isLoad | isStore)) !== 0;
}

/** Where the address of a memory instruction begins. */
export function addressOf(at: i32): i32 {
  return at + atLists + text[at + atSources] + text[at + atTargets];
}
