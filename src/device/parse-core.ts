/** Reads a core's profile from parsed JSON. Touches no files. */
import { type CoreProfile, coreSchema } from '../machine/pipeline/core-profile.ts';
import { DeviceError } from './device-error.ts';
import { faultsOf } from './profile-faults.ts';

/** @throws DeviceError 'invalid-profile', one line a fault, each beginning with `file`. */
export const parseCore = (document: unknown, file: string): CoreProfile => {
  // A process reads a few profiles: code that zod generates for them takes longer than it saves.
  const result = coreSchema.safeParse(document, { jitless: true });
  if (result.success) return result.data;
  const faults = faultsOf(coreSchema, result.error, document);
  throw new DeviceError('invalid-profile', faults.map((f) => `${file}: ${f}`).join('\n'));
};
