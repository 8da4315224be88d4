/** Views that the first view does without: each is loaded when it is first shown. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { HearProps } from './hear.tsx';
import type { PedalProps } from './pedal.tsx';
import type { RigProps } from './rig.tsx';
import type { TimelineProps } from './timeline.tsx';

/** @param instead stands in its place until it is there */
const later = <Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  instead: JSX.Element,
): ((props: Props) => JSX.Element) => {
  let loaded: ComponentType<Props> | null = null;
  return (props) => {
    const [View, setView] = useState<{ readonly of: typeof loaded }>({ of: loaded });
    useEffect(() => {
      if (loaded !== null) return;
      void load().then((view) => {
        loaded = view;
        setView({ of: view });
      });
    }, []);
    return View.of === null ? instead : <View.of {...props} />;
  };
};

const card = (id: string): JSX.Element => <section class="card" id={id} />;

export const HearLater = later<HearProps>(
  async () => (await import('./hear.tsx')).Hear,
  card('hear'),
);
export const PedalLater = later<PedalProps>(
  async () => (await import('./pedal.tsx')).Pedal,
  card('pedal'),
);
export const RigLater = later<RigProps>(
  async () => (await import('./rig.tsx')).RigView,
  card('rig'),
);
/** With its plotting library. */
export const TimelineLater = later<TimelineProps>(
  async () => (await import('./timeline.tsx')).Timeline,
  <div class="timeline" />,
);
