/** Keeps the page's files, so that it opens and goes on without a network. Asks for nothing but these. */
const kept = 'pedalbench';
/** All of them: written in by the build, so that another build is another version of this file. */
const files = [];

self.addEventListener('install', (event) =>
  event.waitUntil(caches.open(kept).then((cache) => cache.addAll(files))),
);

/** Files of builds before this one; no page of theirs is open any more. */
const forget = async () => {
  const cache = await caches.open(kept);
  const own = new Set(files.map((name) => new URL(name, location.href).href));
  for (const request of await cache.keys()) if (!own.has(request.url)) await cache.delete(request);
};

self.addEventListener('activate', (event) =>
  event.waitUntil(Promise.all([forget(), self.clients.claim()])),
);

// Files carry their content in their names, but for the page itself, which is asked for anew where that is possible.
const answer = async (request) => {
  const cache = await caches.open(kept);
  if (request.mode !== 'navigate') return (await cache.match(request)) ?? fetch(request);
  return fetch(request).catch(() => cache.match('./'));
};

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(answer(request));
});
