import { CodedError } from '../units/coded-error.ts';

/** What can be wrong with a device profile or its name. Messages say what to write instead. */
export class DeviceError extends CodedError<
  'unknown-device' | 'unknown-core' | 'unreadable' | 'not-json' | 'invalid-profile' | 'duplicate'
> {
  override readonly name = 'DeviceError';
}
