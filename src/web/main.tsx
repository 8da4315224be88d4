import { render } from 'preact';
import './style.css';
import { store } from './store.ts';
import { App } from './view/app.tsx';

const place = document.getElementById('page');
// In a task of its own: the browser ends its reading of the document in that of the script.
if (place !== null) setTimeout(() => render(<App />, place));

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
