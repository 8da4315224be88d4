/** Which model is looked at: files that are dropped anywhere on the page or chosen, or one that is shipped. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { rigOf } from '../rig-document.ts';
import type { PageState } from '../state.ts';
import { type Known, shippedIds, store } from '../store.ts';
import { Choice } from './choice.tsx';
import { FileButton } from './file-button.tsx';

export interface ModelBarProps {
  readonly known: Known;
  /** Null where a dropped file is shown. */
  readonly shipped: string | null;
  readonly set: (change: Partial<PageState>) => void;
  readonly hear: (file: File) => void;
  /** The text of a scenario. */
  readonly openRig: (rig: string) => void;
}

const isSound = ({ name, type }: File): boolean =>
  type.startsWith('audio/') || /\.(wav|flac|aiff?|mp3|ogg|m4a)$/i.test(name);

/** Of a file that is one; null for others. */
const rigText = async (file: File): Promise<string | null> => {
  if (!/\.json$/i.test(file.name)) return null;
  try {
    const text = await file.text();
    rigOf(text);
    return text;
  } catch {
    return null;
  }
};

/** Anywhere on the page, so that no browser shows the file instead. */
const useDrop = (open: (files: readonly File[]) => Promise<void>): void =>
  useEffect(() => {
    const { classList } = document.documentElement;
    const over = (event: DragEvent): void => {
      event.preventDefault();
      classList.add('dragging');
    };
    // Nothing comes next where the pointer leaves the window.
    const leave = ({ relatedTarget }: DragEvent): void => {
      if (relatedTarget === null) classList.remove('dragging');
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      classList.remove('dragging');
      void open([...(event.dataTransfer?.files ?? [])]);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, []);

export const ModelBar = (props: ModelBarProps): JSX.Element => {
  const { known, shipped, set } = props;
  const { models, shown, fault } = known;
  const openModels = async (files: readonly File[]): Promise<void> => {
    if (await store.openFiles(files)) set({ model: null, width: null });
  };
  const open = async ([first, ...rest]: readonly File[]): Promise<void> => {
    if (first === undefined) return;
    const rig = rest.length === 0 ? await rigText(first) : null;
    if (rig !== null) props.openRig(rig);
    else if (rest.length === 0 && isSound(first)) props.hear(first);
    else await openModels([first, ...rest]);
  };
  useDrop(open);
  const dropped = shipped === null ? models : [];
  return (
    <>
      <section class="drop" aria-label="The model">
        <FileButton
          class="primary-file"
          label="Drop .nam files here, or choose them"
          accept=".nam,application/json"
          multiple={true}
          open={(files) => void open(files)}
        />
        <Choice
          label={
            dropped.length > 1 ? `${dropped.length} files are open` : 'or a model that is here'
          }
          value={shipped ?? shown?.origin ?? ''}
          options={[...dropped.map(({ id, origin }) => [origin, id] as const), ...shippedIds]}
          choose={(name) => {
            const isOpen = dropped.some(({ origin }) => origin === name);
            if (isOpen) store.show(name);
            set({ model: isOpen ? null : name, width: null });
          }}
        />
      </section>
      {fault !== null && (
        <p class="fault" role="alert">
          {fault}
        </p>
      )}
    </>
  );
};
