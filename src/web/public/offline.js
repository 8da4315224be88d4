/** Keeps what the page has loaded, so that it opens without a network. Asks for nothing but the page's own files. */
const kept = 'pedalbench';

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// Files carry their content in their names, but for the page itself, which is asked for anew where that is possible.
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(kept);
      const hit = await cache.match(request);
      if (hit !== undefined && request.mode !== 'navigate') return hit;
      try {
        const response = await fetch(request);
        if (response.ok) await cache.put(request, response.clone());
        return response;
      } catch (error) {
        if (hit !== undefined) return hit;
        throw error;
      }
    })(),
  );
});
