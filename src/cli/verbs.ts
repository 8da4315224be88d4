/** The verbs, in the order of the help. A verb is a file in `commands/` and a row here. */
import type { Command } from './command.ts';

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is asked for, so that start-up stays quick. */
  load(): Promise<Command>;
}

export const verbs: readonly Verb[] = [
  {
    name: 'devices',
    summary: 'what is known of each pedal, and where it is known from',
    load: async () => (await import('./commands/devices.ts')).devices,
  },
];
