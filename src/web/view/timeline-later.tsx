/** The timeline with its plotting library, loaded when the first pedal plays. */
import { later } from './later.tsx';
import type { TimelineProps } from './timeline.tsx';

export const TimelineLater = later<TimelineProps>(
  async () => (await import('./timeline.tsx')).Timeline,
  <div class="timeline waits" />,
);
