import { render } from 'preact';
import './style.css';
import { App } from './view/app.tsx';

const place = document.getElementById('page');
if (place !== null) render(<App />, place);

// Offline once loaded; a page opened from a folder has no service worker and needs none.
if ('serviceWorker' in navigator && location.protocol.startsWith('http')) {
  void navigator.serviceWorker.register('./offline.js');
}
