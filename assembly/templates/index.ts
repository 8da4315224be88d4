/**
 * What a template is to the machine: its spelling for the scoreboard, and the memory that it touches. The
 * host writes a text where `placeText` says and reads the rest; a template leaves nothing behind.
 */
import { code, codeLength, flagsOfAll, hash, numbered, occurs, size, spell } from './spelling';
import { accessesOf, findTouches, runCount, runs } from './touches';

export { placeText } from './text';

export function read(): void {
  spell();
  findTouches();
}

export function codeAt(): usize {
  return changetype<usize>(code);
}

export function codeWords(): i32 {
  return codeLength;
}

export function codeHash(): i32 {
  return hash();
}

/** Registers that the code uses. */
export function registerCount(): i32 {
  return numbered;
}

/** Operations in the code. */
export function operationsInCode(): i32 {
  return size;
}

export function codeFlags(): i32 {
  return flagsOfAll;
}

export function occursAt(): usize {
  return changetype<usize>(occurs);
}

export function runsAt(): usize {
  return changetype<usize>(runs);
}

export function runsFound(): i32 {
  return runCount;
}

export function accessesAt(): usize {
  return changetype<usize>(accessesOf);
}
