/** Which model is looked at: files that are dropped anywhere on the page or chosen, or one that is shipped. */
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PageState } from '../state.ts';
import { type Known, shippedIds, store } from '../store.ts';
import { Choice } from './choice.tsx';

export interface ModelBarProps {
  readonly known: Known;
  /** Null where a dropped file is shown. */
  readonly shipped: string | null;
  readonly set: (change: Partial<PageState>) => void;
}

/** Anywhere on the page, so that no browser shows the file instead. */
const useDrop = (open: (files: readonly File[]) => void): void =>
  useEffect(() => {
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      open([...(event.dataTransfer?.files ?? [])]);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, []);

export const ModelBar = ({ known, shipped, set }: ModelBarProps): JSX.Element => {
  const { models, shown, fault } = known;
  const open = (files: readonly File[]): void =>
    void store.openFiles(files).then((isOpen) => isOpen && set({ model: null, width: null }));
  useDrop(open);
  const dropped = shipped === null ? models : [];
  return (
    <>
      <section class="drop" aria-label="The model">
        <label class="file primary-file">
          Drop .nam files here, or choose them
          <input
            type="file"
            multiple
            accept=".nam,application/json"
            onChange={(e) => {
              open([...(e.currentTarget.files ?? [])]);
              // The same file may be chosen again, when it was written anew.
              e.currentTarget.value = '';
            }}
          />
        </label>
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
