/** Asks the system which machine this is. Text only: `device/machine-words.ts` reads it. */
import type * as childProcess from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { MachineWords } from '../device/machine-words.ts';

const topClock = '/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq';

const orNull = (read: () => string): string | null => {
  try {
    return read();
  } catch {
    return null;
  }
};

const brandOf = (): string => {
  // Loaded only here: it takes Node longer than reading a profile does.
  const processes: typeof childProcess = createRequire(import.meta.url)('node:child_process');
  return processes
    .execFileSync('/usr/sbin/sysctl', ['-n', 'machdep.cpu.brand_string'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    .trim();
};

let read: MachineWords | null = null;

/** Once a process: clocks that a system names move, and one answer is to have one. */
export const readMachine = (): MachineWords => {
  if (read !== null) return read;
  const kilohertz = orNull(() => readFileSync(topClock, 'utf8'));
  read = {
    cpuinfo: orNull(() => readFileSync('/proc/cpuinfo', 'utf8')),
    topKilohertz: kilohertz === null ? null : Number(kilohertz),
    brand: process.platform === 'darwin' ? orNull(brandOf) : null,
  };
  return read;
};
