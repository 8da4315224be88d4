/** Views that the first view does without: each is loaded when it is first shown. */
import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** @param instead stands in its place until it is there */
export const later = <Props extends object>(
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
