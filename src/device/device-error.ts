/** What can be wrong with a device profile or its name. Messages say what to write instead. */
export type DeviceErrorCode =
  | 'unknown-device'
  | 'unknown-core'
  | 'unreadable'
  | 'not-json'
  | 'invalid-profile'
  | 'duplicate';

export class DeviceError extends Error {
  readonly code: DeviceErrorCode;
  constructor(code: DeviceErrorCode, message: string) {
    super(message);
    this.name = 'DeviceError';
    this.code = code;
  }
}
