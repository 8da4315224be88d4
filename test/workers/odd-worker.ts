/** A worker for tests: does what the task's name says. */
import { appendFileSync, readFileSync } from 'node:fs';

export default async (task: { name: string; log: string }): Promise<string> => {
  appendFileSync(task.log, `${task.name}\n`);
  const times = readFileSync(task.log, 'utf8')
    .split('\n')
    .filter((line) => line === task.name);
  if (task.name.startsWith('dies-once') && times.length === 1) process.exit(3);
  if (task.name.startsWith('dies-always')) process.exit(3);
  if (task.name.startsWith('throws')) throw new Error(`${task.name} threw`);
  if (task.name.startsWith('hangs')) for (;;);
  if (task.name.startsWith('grows')) {
    const heap: number[][] = [];
    for (;;) heap.push(Array.from({ length: 100_000 }, (_, i) => i + 0.5));
  }
  return task.name.toUpperCase();
};
