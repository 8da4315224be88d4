import { render } from 'preact';
import './style.css';
import { store } from './store.ts';
import { App } from './view/app.tsx';

const place = document.getElementById('page');
if (place !== null) render(<App />, place);

/** What can wait until the first table stands: the next file, the second worker, and all files for offline use. */
const settle = async (): Promise<void> => {
  // Dropped where something is asked meanwhile.
  await store.prepare().catch(() => {});
  store.startBeside();
  // A page opened from a folder has no service worker and needs none.
  if ('serviceWorker' in navigator && location.protocol.startsWith('http')) {
    void navigator.serviceWorker.register('./offline.js');
  }
};

const stop = store.listen(({ spoken, working, fault }) => {
  if (working || (!spoken && fault === null)) return;
  stop();
  void settle();
});
