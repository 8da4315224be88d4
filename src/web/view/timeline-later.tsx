/** The timeline with its plotting library, loaded when the first pedal plays: the first view does without. */
import type { FunctionComponent, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { TimelineProps } from './timeline.tsx';

let loaded: FunctionComponent<TimelineProps> | null = null;

export const TimelineLater = (props: TimelineProps): JSX.Element => {
  const [Timeline, setTimeline] = useState<{ readonly view: typeof loaded }>({ view: loaded });
  useEffect(() => {
    if (loaded !== null) return;
    void import('./timeline.tsx').then((module) => {
      loaded = module.Timeline;
      setTimeline({ view: loaded });
    });
  }, []);
  return Timeline.view === null ? <div class="timeline" /> : <Timeline.view {...props} />;
};
